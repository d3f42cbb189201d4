import type { ICredentialType, INodeType } from 'n8n-workflow';

export declare const JodoApi: new () => ICredentialType;
export declare const Jodo: new () => INodeType;
export declare const JodoTrigger: new () => INodeType;

export * from './dist/nodes/events/events';
export * from './dist/nodes/JodoTrigger/signature';
export type { JodoEnvelope, JodoLine, JodoRow } from './dist/nodes/events/jodoRow';

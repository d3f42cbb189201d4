export * from './dist/credentials/JodoApi.credentials';
export * from './dist/nodes/Jodo/Jodo.node';
export * from './dist/nodes/JodoTrigger/JodoTrigger.node';
export * from './dist/nodes/JodoTrigger/events';
export * from './dist/nodes/JodoTrigger/signature';

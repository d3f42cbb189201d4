// npm run generate: what code and documentation must say alike, from the built package and the fixtures
import { docs } from './docs.mts';
import { sandbox } from './sandbox.mts';
import { schemas } from './schemas.mts';

await schemas();
await docs();
await sandbox();

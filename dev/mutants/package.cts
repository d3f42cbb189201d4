/** In the place of test/support/package.cts: the package is the project itself, its dist/ the sources. */
import { join } from 'node:path';

export const PACKAGE_DIRECTORY = join(__dirname, '../..');

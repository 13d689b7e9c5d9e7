import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosticsPage } from './diagnostics-page';

writeFileSync(join(__dirname, 'diagnostics.md'), diagnosticsPage());

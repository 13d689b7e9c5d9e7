// The suites of the cluster lane that failed, by the names that `npm run e2e` takes.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => basename(name, '.test.ts'));
console.log(failed.join(' '));

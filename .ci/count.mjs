// The closing line of CI, from jest's machine-readable results. Every skipped test is listed with its reason: its title.
// A later report has the last word about a suite.
import { readFileSync } from 'node:fs';

const suites = new Map();
for (const file of process.argv.slice(2)) {
  for (const suite of JSON.parse(readFileSync(file, 'utf8')).testResults) suites.set(suite.name, suite);
}
let passed = 0;
let failed = 0;
let skipped = 0;
for (const { assertionResults, status } of suites.values()) {
  const count = (...wanted) => assertionResults.filter((one) => wanted.includes(one.status)).length;
  for (const one of assertionResults) if (one.status === 'pending') console.log(`skipped: ${one.fullName}`);
  passed += count('passed');
  skipped += count('pending', 'todo', 'skipped');
  // A suite that could not even be loaded has no tests that could have failed.
  failed += count('failed') || (status === 'failed' ? 1 : 0);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

// The closing line of CI, from jest's machine-readable result. Every skipped test is listed with its reason: its title.
import { readFileSync } from 'node:fs';

const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
for (const { assertionResults } of testResults) {
  for (const { status, fullName } of assertionResults) if (status === 'pending') console.log(`skipped: ${fullName}`);
}
const failed = numFailedTests + numRuntimeErrorTestSuites;
console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;

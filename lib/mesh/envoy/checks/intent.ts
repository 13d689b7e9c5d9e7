import { HEALTH_PATHS } from '../health';
import type { EgressIntent, EnvoyIntent } from '../intent';
import { isMethod, isTrustDomain } from '../words';

const DNS_NAME = /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
const CALL_NAME = /^[A-Za-z0-9_-]+$/;
const DRAIN_PATH = /^\/[A-Za-z0-9_-]+$/;
/** What may stand in the first line of a request. */
const REQUEST_PATH = /^\/[!-"$-~]*$/;

/** What would make a bootstrap that Envoy refuses, or one that means something else than it says. */
export function intentProblems(intent: EnvoyIntent): string[] {
  const { app, egress, certificates } = intent;
  return [
    ...identityProblems(intent),
    ...egress.flatMap((call) => callProblems(call)),
    ...repeated(egress.map(({ name }) => name)).map((name) => `two calls are named "${name}"`),
    ...methodProblems('a caller', app?.inbound?.callers.flatMap(({ methods = [] }) => methods) ?? []),
    ...unless(
      app?.healthPath === undefined || REQUEST_PATH.test(app.healthPath),
      `healthPath "${app?.healthPath}" is not a path: it begins with / and has neither blanks nor #`,
    ),
    ...timeProblems('inbound.timeoutSeconds', app?.inbound?.timeoutSeconds),
    ...timeProblems('edge.timeoutSeconds', app?.edge?.timeoutSeconds),
    ...timeProblems('drainSeconds', intent.drainSeconds),
    ...(intent.maxConnectionSeconds > 0 && Number.isFinite(intent.maxConnectionSeconds)
      ? []
      : [`maxConnectionSeconds is ${intent.maxConnectionSeconds}: a certificate that was replaced would stay in use`]),
    ...unless(DRAIN_PATH.test(intent.drainPath), `drainPath "${intent.drainPath}" is not one segment of a path`),
    ...unless(
      !Object.values<string>(HEALTH_PATHS).includes(intent.drainPath),
      `drainPath "${intent.drainPath}" is a path of the health port already`,
    ),
    ...unless(
      !isInside(certificates.directory, intent.configDirectory),
      `the certificates are inside of configDirectory ${intent.configDirectory}, whose files are replaced by others`,
    ),
    ...[certificates.directory, intent.configDirectory]
      .filter((directory) => !directory.startsWith('/'))
      .map((directory) => `"${directory}" is not an absolute folder`),
    ...unless(/^[/@]./.test(intent.adminPipe), `adminPipe "${intent.adminPipe}" is neither an absolute path nor @name`),
  ];
}

/** All of one trust domain: the CA that both sides trust vouches for no other. */
function identityProblems({ identity, trustDomain, app, egress }: EnvoyIntent): string[] {
  const all = [
    identity,
    ...(app?.inbound?.callers.map((caller) => caller.identity) ?? []),
    ...egress.map((call) => call.identity),
  ];
  return [
    ...unless(isTrustDomain(trustDomain), `"${trustDomain}" is not a trust domain`),
    ...all
      .filter((one) => !one.startsWith(`spiffe://${trustDomain}/`) || one.endsWith('/'))
      .map((one) => `"${one}" is not a SPIFFE ID of the trust domain ${trustDomain}`),
  ];
}

function callProblems({ name, host, timeoutSeconds, methods = [] }: EgressIntent): string[] {
  return [
    ...unless(
      CALL_NAME.test(name),
      `the call "${name}" has other characters in its name than letters, digits, - and _`,
    ),
    ...unless(
      DNS_NAME.test(host) && !/^[\d.]+$/.test(host),
      `the call ${name} goes to "${host}", which is not a DNS name in small letters`,
    ),
    ...timeProblems(`the call ${name}: timeoutSeconds`, timeoutSeconds),
    ...methodProblems(`the call ${name}`, methods),
  ];
}

const methodProblems = (who: string, methods: readonly string[]): string[] =>
  [...new Set(methods)]
    .filter((one) => !isMethod(one))
    .map((one) => `${who} has the method "${one}"; methods are capitals`);

const timeProblems = (what: string, seconds: number | undefined): string[] =>
  seconds === undefined || (Number.isFinite(seconds) && (seconds === 0 || seconds >= 0.001))
    ? []
    : [`${what} is ${seconds}`];

const unless = (fine: boolean, problem: string): string[] => (fine ? [] : [problem]);

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];

const isInside = (inner: string, outer: string): boolean => `${inner}/`.startsWith(`${outer}/`);

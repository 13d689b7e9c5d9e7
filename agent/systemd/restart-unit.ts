import { setTimeout as delay } from 'node:timers/promises';
import { Refusal, reasonOf } from '../refusal';
import { DbusConnection, DbusError } from './dbus-connection';

/** Where systemd listens for root, without a message bus. */
export const SYSTEMD_SOCKET = '/run/systemd/private';

export interface RestartOptions {
  /** How long a unit may take to become active. */
  readonly timeoutMs: number;
  /** How long it must stay active before it counts: a bad configuration may show only then. */
  readonly settleMs: number;
  readonly pollMs: number;
}

/**
 * Restarts the one unit of these that the node uses, and waits until it is active again.
 * @throws Refusal when there is none, or when it does not come back
 */
export async function restartUnit(socket: string, units: readonly string[], options: RestartOptions): Promise<void> {
  const systemd = await connect(socket);
  try {
    const unit = await unitInUse(systemd, units);
    const before = await activeSince(systemd, unit.path);
    await manager(systemd, 'RestartUnit', unit.name, 'replace');
    await active(systemd, unit, before, options);
    const since = await activeSince(systemd, unit.path);
    await delay(options.settleMs);
    await active(systemd, unit, before, options);
    if ((await activeSince(systemd, unit.path)) !== since) throw new Refusal(`${unit.name} does not stay active`);
  } finally {
    systemd.close();
  }
}

interface Unit {
  readonly name: string;
  readonly path: string;
}

async function connect(socket: string): Promise<DbusConnection> {
  try {
    return await DbusConnection.open(socket);
  } catch (error) {
    throw new Refusal(`systemd cannot be reached: ${reasonOf(error)}`);
  }
}

/** The one that runs, else the one that tried to: after a bad configuration that is what has to be restarted. */
async function unitInUse(systemd: DbusConnection, units: readonly string[]): Promise<Unit> {
  const candidates: (Unit & { readonly state: string })[] = [];
  for (const unit of units) {
    const name = unit.includes('.service') ? unit : `${unit}.service`;
    const path = await loadedUnit(systemd, name);
    if (path !== undefined)
      candidates.push({ name, path, state: String(await property(systemd, path, 'ActiveState')) });
  }
  const used = candidates.filter(({ state }) => state !== 'inactive');
  const [unit] = [...used.filter(({ state }) => state === 'active'), ...used];
  if (unit === undefined) throw new Refusal(`none of the systemd units ${units.join(', ')} is active on this node`);
  // Or the failures of a moment ago may count as "started too often".
  if (unit.state !== 'active') await manager(systemd, 'ResetFailedUnit', unit.name);
  return unit;
}

async function loadedUnit(systemd: DbusConnection, name: string): Promise<string | undefined> {
  try {
    return String(await manager(systemd, 'GetUnit', name));
  } catch (error) {
    if (error instanceof DbusError && error.errorName === 'org.freedesktop.systemd1.NoSuchUnit') return undefined;
    throw error;
  }
}

const SYSTEMD = 'org.freedesktop.systemd1';

/** Not what the job says: `Restart=always` starts a unit that ended again, and again. */
async function active(systemd: DbusConnection, unit: Unit, before: number, options: RestartOptions): Promise<void> {
  for (const end = Date.now() + options.timeoutMs; ; await delay(options.pollMs)) {
    const state = String(await property(systemd, unit.path, 'ActiveState'));
    const sub = String(await property(systemd, unit.path, 'SubState'));
    if (state === 'active' && (await activeSince(systemd, unit.path)) !== before) return;
    if (state === 'failed' || sub === 'auto-restart')
      throw new Refusal(`${unit.name} does not start (${state}, ${sub})`);
    if (Date.now() > end)
      throw new Refusal(`${unit.name} is not active after ${options.timeoutMs / 1000} s (${state})`);
  }
}

/** Microseconds on a clock of its own; another figure means that the unit was started anew. */
const activeSince = async (systemd: DbusConnection, path: string): Promise<number> =>
  Number(await property(systemd, path, 'ActiveEnterTimestampMonotonic'));

const property = (systemd: DbusConnection, path: string, name: string): Promise<string | number> =>
  systemd.call({
    destination: SYSTEMD,
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    parameters: ['org.freedesktop.systemd1.Unit', name],
  });

const manager = (systemd: DbusConnection, member: string, ...parameters: string[]): Promise<string | number> =>
  systemd.call({
    destination: SYSTEMD,
    path: '/org/freedesktop/systemd1',
    interface: 'org.freedesktop.systemd1.Manager',
    member,
    parameters,
  });

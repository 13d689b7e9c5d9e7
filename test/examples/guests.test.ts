import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runWell } from './child';
import { CLONE, scratchFolder } from './places';
import { moduleFile, moduleRecords, runCommand, SERVICE_NAMES, SERVICES } from './shop';

jest.setTimeout(60_000);

const data = scratchFolder();
const modules = scratchFolder();
const preopens = { '/data': data };
const levels = (name: string, ...lines: string[]) => {
  writeFileSync(join(data, name), lines.map((line) => `${line}\n`).join(''));
  return `/data/${name}`;
};

describe('restock', () => {
  test('orders what is missing from the file that its first argument names', async () => {
    const file = levels('levels.csv', 'apple,3,10', 'pear,12,10', '', ' fig , 0 , 1 ');
    expect(await runCommand('restock', { args: [file], preopens })).toEqual({
      code: 0,
      stdout: '[{"item":"apple","amount":7},{"item":"fig","amount":1}]\n',
      stderr: '',
    });
  });

  test('takes the file from STOCK_LEVELS_FILE when there is no argument', async () => {
    const file = levels('variable.csv', 'kiwi,1,2');
    const ended = await runCommand('restock', { env: { STOCK_LEVELS_FILE: file }, preopens });
    expect(ended).toEqual({ code: 0, stdout: '[{"item":"kiwi","amount":1}]\n', stderr: '' });
  });

  test('prefers the argument to the variable', async () => {
    const [first, second] = [levels('first.csv', 'plum,0,1'), levels('second.csv', 'lime,0,2')];
    const ended = await runCommand('restock', { args: [first], env: { STOCK_LEVELS_FILE: second }, preopens });
    expect(ended.stdout).toBe('[{"item":"plum","amount":1}]\n');
  });

  test('prints an empty list when nothing is missing', async () => {
    const ended = await runCommand('restock', { args: [levels('full.csv', 'apple,10,10', 'pear,11,10')], preopens });
    expect(ended).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  test.each([
    ['no file is named', [], 'no stock levels: name the file as first argument or in STOCK_LEVELS_FILE'],
    ['the file is not there', ['/data/none.csv'], 'open /data/none.csv: No such file or directory'],
    [
      'a line has two fields',
      [levels('two.csv', 'apple,3,10', 'pear,12')],
      '/data/two.csv:2: "pear,12" is not item,have,want',
    ],
    [
      'an amount is no number',
      [levels('letters.csv', 'apple,three,10')],
      '/data/letters.csv:1: strconv.Atoi: parsing "three": invalid syntax',
    ],
  ])('fails with a message when %s', async (_, args, message) => {
    const ended = await runCommand('restock', { args, preopens });
    expect(ended).toEqual({ code: 1, stdout: '', stderr: `restock: ${message}\n` });
  });

  test('sees no file outside of the folders it is given', async () => {
    const file = join(SERVICES, 'modules.json');
    const ended = await runCommand('restock', { args: [file], preopens });
    expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^restock: open .*modules\.json: \S/) });
  });
});

describe('report', () => {
  const title = { REPORT_TITLE: 'Opening stock' };

  test('prints title, items and total as one line of JSON', async () => {
    expect(await runCommand('report', { args: ['apple=3', 'pear=12'], env: title })).toEqual({
      code: 0,
      stdout: '{"title":"Opening stock","items":{"apple":3,"pear":12},"total":15}\n',
      stderr: '',
    });
  });

  test('has a title of its own and no items when it is given nothing', async () => {
    const ended = await runCommand('report', {});
    expect(ended).toEqual({ code: 0, stdout: '{"title":"Sales report","items":{},"total":0}\n', stderr: '' });
  });

  test('adds up an item that comes twice, also downwards', async () => {
    const { stdout } = await runCommand('report', { args: ['apple=3', 'pear=1', 'apple=-5'], env: title });
    expect(JSON.parse(stdout)).toMatchObject({ items: { apple: -2, pear: 1 }, total: -1 });
  });

  test('writes JSON that can be read back whatever the title and the items hold', async () => {
    const odd = 'a "quoted" \\ title\nwith\ta tab, é and 🍐';
    const { stdout } = await runCommand('report', { args: ['"x"=y=1'], env: { REPORT_TITLE: odd } });
    expect(JSON.parse(stdout)).toEqual({ title: odd, items: { '"x"=y': 1 }, total: 1 });
    expect(stdout.trimEnd()).not.toContain('\n');
  });

  test.each(['apple', '=3', 'apple=', 'apple=three', 'apple=3.5', 'apple=99999999999'])(
    'fails with a message for the argument %j',
    async (argument) => {
      const ended = await runCommand('report', { args: ['pear=1', argument], env: title });
      expect(ended).toEqual({ code: 1, stdout: '', stderr: `report: "${argument}" is not item=amount\n` });
    },
  );
});

describe('modules.json', () => {
  test.each(SERVICE_NAMES)('names the size and the digest of the committed %s', (service) => {
    const bytes = readFileSync(moduleFile(service));
    expect(moduleRecords()[service]).toMatchObject({
      file: `${service}.wasm`,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
    });
  });

  test('is what describe.mjs writes for the committed modules', async () => {
    for (const service of SERVICE_NAMES) copyFileSync(moduleFile(service), join(modules, `${service}.wasm`));
    await runWell(process.execPath, [join(SERVICES, 'describe.mjs'), modules]);
    expect(readFileSync(join(modules, 'modules.json'), 'utf8')).toBe(
      readFileSync(join(SERVICES, 'modules.json'), 'utf8'),
    );
  });
});

describe('the sources of the services', () => {
  const texts = sourceFiles(SERVICES).map((file) => [relative(SERVICES, file), readFileSync(file, 'utf8')] as const);

  test('are there', () => {
    const names = texts.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(['build.sh', 'Cargo.lock', 'gateway/package-lock.json', 'restock/go.mod']),
    );
  });

  test('name no host but those of specifications, projects and this machine itself', () => {
    const known = [
      '127.0.0.1',
      'host',
      'github.com',
      'opencollective.com',
      'www.iana.org',
      'www.rfc-editor.org',
      'www.w3.org',
    ];
    const hosts = texts.flatMap(([name, text]) =>
      [...text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/(?:[^/\s@]*@)?([a-z0-9.-]+)/gi)].map(
        (match) => `${name}: ${match[1]}`,
      ),
    );
    expect(hosts).toContain('Cargo.lock: github.com');
    expect(hosts.filter((host) => !known.includes(host.split(': ')[1]))).toEqual([]);
  });

  test('name no registry in their locks but the index that Cargo knows by itself', () => {
    const locks = texts.filter(([name]) => /(^|\/)(package-lock\.json|Cargo\.lock)$/.test(name));
    expect(locks).toHaveLength(3);
    for (const [, text] of locks) expect(text).not.toMatch(/"resolved"/);
    const sources = locks.flatMap(([, text]) => [...text.matchAll(/^source = "(.*)"$/gm)].map((match) => match[1]));
    expect(new Set(sources)).toEqual(new Set(['registry+https://github.com/rust-lang/crates.io-index']));
  });

  test('name no folder of the machine they were written on', () => {
    const named = texts.filter(([, text]) => text.includes(CLONE) || SOMEBODYS_HOME.test(text));
    expect(named.map(([name]) => name)).toEqual([]);
  });
});

// The gateway holds an engine that others compiled, with the folders of their machine.
test.each(SERVICE_NAMES.filter((service) => moduleRecords()[service].reproducible))(
  'the bytes of %s name no folder of the machine that compiled them',
  (service) => {
    const text = readFileSync(moduleFile(service), 'latin1');
    expect(text).toMatch(/^\0asm/);
    expect(text.includes(CLONE)).toBe(false);
    expect(text.match(SOMEBODYS_HOME)).toBeNull();
  },
);

const SOMEBODYS_HOME = /\/(home|root|Users)\/[\w.-]+/;

/** What git has, without asking git: a checkout may have come in another way. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'target'].includes(entry.name) ? [] : sourceFiles(path);
    return entry.name.endsWith('.wasm') ? [] : [path];
  });
}

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cachedTool, ensureTool, type Tool, type ToolRecipe, ToolUnavailable } from './tool-cache';

let directory: string;
let said: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tool-cache-test-'));
  said = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a tool is built once and then found', async () => {
  const build = jest.fn(writes('whole'));
  expect(cachedTool(recipe({ build }), options())).toBeUndefined();
  const path = pathOf(await ensureTool(recipe({ build }), options()));
  await ensureTool(recipe({ build }), options());
  expect(build).toHaveBeenCalledTimes(1);
  expect(cachedTool(recipe({ build }), options())).toBe(path);
  expect(readFileSync(join(path, 'tool'), 'utf8')).toBe('whole');
  expect(said).toEqual(['tool: building …', 'tool: done in 0 s']);
});

test('two callers at once build it once', async () => {
  const build = jest.fn(async (into: string) => {
    await delay(300);
    await writes('whole')(into);
  });
  const [one, other] = await Promise.all([0, 1].map(() => ensureTool(recipe({ build }), options())));
  expect(build).toHaveBeenCalledTimes(1);
  expect(one).toEqual(other);
  expect(said).toContain(`tool: process ${process.pid} is building it, waiting`);
});

test('a half-built entry is built again', async () => {
  const path = pathOf(await ensureTool(recipe({ build: writes('whole') }), options()));
  rmSync(path, { recursive: true });
  mkdirSync(path);
  writeFileSync(join(path, 'tool'), 'ha');
  expect(cachedTool(recipe({}), options())).toBeUndefined();
  await ensureTool(recipe({ build: writes('whole') }), options());
  expect(readFileSync(join(path, 'tool'), 'utf8')).toBe('whole');
});

test('what a killed build left behind is removed', async () => {
  const path = pathOf(await ensureTool(recipe({}), options()));
  rmSync(path, { recursive: true });
  mkdirSync(`${path}.building-${NO_PROCESS}-1`);
  mkdirSync(`${path}.building-${process.pid}-1`);
  await ensureTool(recipe({}), options());
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
});

test('a recipe that fails leaves nothing, and its error is passed on', async () => {
  const build = async (into: string) => {
    await writes('half')(into);
    throw new Error('main.go:7: syntax error');
  };
  await expect(ensureTool(recipe({ build }), options())).rejects.toThrow('main.go:7: syntax error');
  expect(readdirSync(join(directory, 'tool'))).toEqual([]);
});

test('a machine that cannot have the tool gets the reason', async () => {
  const build = async () => {
    throw new ToolUnavailable('Go is not installed');
  };
  expect(await ensureTool(recipe({ build }), options())).toEqual({ unavailable: 'Go is not installed' });
  expect(readdirSync(join(directory, 'tool'))).toEqual([]);
});

test('a change of version, setting or source file makes another entry', async () => {
  const file = join(directory, 'main.go');
  writeFileSync(file, 'package main');
  const paths = new Set<string>();
  const add = async (changes: Partial<ToolRecipe>) => {
    paths.add(pathOf(await ensureTool(recipe({ files: [file], ...changes }), options())));
  };
  await add({});
  await add({ version: 'v2' });
  await add({ settings: ['-race'] });
  writeFileSync(file, 'package other');
  await add({});
  expect(paths.size).toBe(4);
  await add({ build: writes('not asked') });
  expect(paths.size).toBe(4);
});

test('the cache is where the environment says, and an empty variable says nothing', async () => {
  const environment = { ...process.env };
  try {
    process.env.CDK8S_WASM_CACHE = '';
    process.env.XDG_CACHE_HOME = directory;
    const path = pathOf(await ensureTool(recipe({}), { say: () => undefined }));
    expect(dirname(path)).toBe(join(directory, 'cdk8s-wasm', 'tool'));
    process.env.CDK8S_WASM_CACHE = join(directory, 'elsewhere');
    expect(cachedTool(recipe({}))).toBeUndefined();
  } finally {
    process.env = environment;
  }
});

/** More than any kernel gives. */
const NO_PROCESS = 2 ** 30;

const options = () => ({ directory, say: (line: string) => said.push(line) });

const writes = (content: string) => async (into: string) => writeFileSync(join(into, 'tool'), content);

function recipe(changes: Partial<ToolRecipe>): ToolRecipe {
  return {
    name: 'tool',
    version: 'v1',
    files: [],
    settings: [],
    announcement: 'building …',
    build: writes('whole'),
    ...changes,
  };
}

function pathOf(tool: Tool): string {
  if ('unavailable' in tool) throw new Error(tool.unavailable);
  return tool.path;
}

#!/usr/bin/env node
// Stands in for wizer, which runs the engine once and keeps its memory as the component's first
// state. That memory remembers where the sources lay. Here the engine is told /build, and not told
// PATH, so that no directory of this machine is published with the component.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import wizer from '@bytecodealliance/wizer';

const args = process.argv.slice(2);
// --dir=X is where the generated start script lies, --mapdir=/::X is where gateway.js lies.
const scripts = args.find((arg) => arg.startsWith('--dir=')).slice('--dir='.length);
const sources = args.find((arg) => arg.startsWith('--mapdir=/::')).slice('--mapdir=/::'.length);
const { PATH, ...env } = process.env;
const engineArgs = readFileSync(0, 'utf8').replaceAll(scripts, '/build').replaceAll(sources, '');

const { status } = spawnSync(
  wizer,
  args.map((arg) => (arg === `--dir=${scripts}` ? `--mapdir=/build::${scripts}` : arg)),
  { env, input: engineArgs, stdio: ['pipe', 'inherit', 'inherit'] },
);
process.exit(status ?? 1);

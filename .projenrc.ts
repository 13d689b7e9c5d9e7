import { cdk8s, javascript, typescript } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-wasm',
  description: 'Run WebAssembly services on Kubernetes from one typed program: if it synthesises, the pieces fit.',
  keywords: ['cdk8s', 'kubernetes', 'wasm', 'webassembly', 'wasi', 'runtimeclass', 'runwasi', 'spin', 'pulumi'],
  author: 'cdk8s-wasm contributors',
  authorAddress: 'cdk8s-wasm@users.noreply.github.com',
  authorOrganization: true,
  copyrightOwner: 'cdk8s-wasm contributors',
  repositoryUrl: 'https://github.com/cdk8s-wasm/cdk8s-wasm.git',
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',

  // Sources in lib, compiled output in build: a compiled file beside its source would shadow it in jest.
  srcdir: 'lib',
  libdir: 'build',
  entrypoint: 'build/index.js',
  testdir: 'test',
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),

  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.5.0',
  peerDeps: ['cdk8s-plus-28@^2.5.6'],
  peerDependencyOptions: { pinnedDevDependency: false },
  bundledDeps: [
    '@bufbuild/cel@0.6.1', // evaluates the policy rules at synth; Apache-2.0, CommonJS too, agrees with gator and the API server
    '@bufbuild/protobuf@2.17.0', // what it is built on
    'kubernetes-types@1.30.0', // types only, Apache-2.0: what the render functions return; our declarations name them
    'fflate@0.8.3', // gzip whose bytes are the same on every machine; zlib's are not. Exact: the version is part of the digest
  ],
  devDeps: [
    '@types/node@^20', // the oldest Node we support; projen would ask for a dist-tag that does not exist for TypeScript 6
    'cdk8s@2.70.106',
    'cdk8s-cli@2.207.60', // `cdk8s synth` on the example is part of the promise
    'cdk8s-plus-28@2.5.6',
    'constructs@10.8.1',
    'esbuild@0.28.2', // makes one readable file of the node agent; exact: its version is part of the emitted bytes
    'smol-toml@1.9.1', // the agent reads containerd's configuration with it: BSD-3-Clause, maintained, no dependencies
    'fast-check@4.10.2', // property tests of the wasm inspector: MIT, maintained, shrinks a failing module to a small one
    'jsii-rosetta@~6.0.0', // compiles the snippets of README and doc comments
    'yaml@^2.8.0', // reads synthesised YAML back in tests
  ],

  biome: true,
  biomeOptions: {
    biomeConfig: {
      files: {
        includes: [
          'lib/**',
          'test/**',
          'examples/**',
          'bench/**',
          'agent/**',
          'docs/**/*.ts',
          '.projenrc.ts',
          '!examples/*/services',
          '!examples/*/dist',
          '!lib/node-pool/installers/agent-program.ts',
        ],
      },
      formatter: { indentStyle: javascript.biome_config.IndentStyle.SPACE, indentWidth: 2, lineWidth: 120 },
      javascript: { formatter: { quoteStyle: javascript.biome_config.QuoteStyle.SINGLE } },
    },
  },
  eslint: false,
  prettier: false,
  jestOptions: {
    configFilePath: 'jest.config.json',
    passWithNoTests: false,
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    // A test that fails may leave a server open: its report must not wait for it.
    extraCliOptions: ['--json', '--outputFile=test-reports/results.json', '--forceExit'],
    jestConfig: {
      collectCoverage: false,
      moduleFileExtensions: ['ts', 'js', 'json', 'node'],
      moduleNameMapper: { '^cdk8s-wasm$': '<rootDir>/lib/index.ts' },
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
      modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
    },
  },
  sampleCode: false,
  github: false,
  depsUpgrade: false,
  release: false,
  npmignoreEnabled: false,
  gitignore: ['/test-reports/', '/examples/*/dist/', '/.npm-cache/'],
});

// What the tarball holds is listed, so that an example's modules never travel with it by accident.
project.package.addField('files', ['build', '.jsii', 'API.md', 'CHANGELOG.md', 'docs/diagnostics.md']);
project.package.addField('exports', {
  '.': { types: './build/index.d.ts', default: './build/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
});
// npm 11 runs no install script unless told to; none of ours needs one.
project.package.addField('allowScripts', { esbuild: false });
project.package.addField('overrides', {});

project.packageTask.reset('mkdir -p dist/js && npm pack --pack-destination dist/js');

const typecheck = project.addTask('typecheck', {
  description: 'Type-check tests, examples and benchmarks, which the transpilers only strip',
  steps: ['test', 'examples', 'bench', 'agent'].map((folder) => ({ exec: `tsc --noEmit -p ${folder}/tsconfig.json` })),
});
// jsii 6 announces the end of life of Node 20, which we support, on every run.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
const docs = project.addTask('docs', {
  description: 'Write API.md and docs/diagnostics.md',
  steps: [{ spawn: 'docgen' }, { exec: 'tsx docs/generate.ts' }],
});
project.addTask('demo', {
  description: 'Synthesise examples/polyglot-shop and say what came out',
  exec: 'tsx --tsconfig examples/tsconfig.json examples/polyglot-shop/demo.ts',
});
project.addTask('bench', {
  description: 'Measure side by side, print ratios',
  steps: [{ spawn: 'compile' }, { exec: 'tsx --tsconfig bench/tsconfig.json bench/run.ts', receiveArgs: true }],
});
project.addTask('bench:cluster', {
  description: 'Measure on a cluster of real nodes, and write its part of docs/benchmarks.md; Linux and root',
  steps: [{ exec: 'tsx --tsconfig bench/tsconfig.json bench/cluster/run.ts', receiveArgs: true }],
});
project.addTask('agent', {
  description: 'Bundle the node agent of the daemonSet installer into lib/node-pool/installers/agent-program.ts',
  exec: 'tsx agent/bundle.ts',
});
project.addTask('e2e', {
  description: 'Build a real Kubernetes node with a real Wasm shim and judge what the library synthesised on it',
  exec: 'tsx --tsconfig test/e2e/tsconfig.json test/e2e/run.ts',
  receiveArgs: true,
});
project.addTask('e2e:prepare', {
  description: 'Build what the cluster lane is made of; cached outside the clone',
  exec: 'tsx --tsconfig test/e2e/tsconfig.json test/e2e/build.ts',
});
const conformance = project.addTask('conformance:prepare', {
  description: 'Build or fetch the real components that the tests talk to; cached outside the clone',
  exec: 'tsx test/conformance/prepare.ts',
});

// Tests report what is badly formatted; they do not rewrite it.
project.tasks.tryFind('biome')?.reset('biome check --no-errors-on-unmatched');
project.addTask('format', {
  description: 'Format sources and apply safe fixes',
  exec: 'biome check --no-errors-on-unmatched --write',
});

// jest writes its result there and does not make the folder.
project.testTask.prependExec('mkdir -p test-reports');
project.testTask.prependSpawn(conformance);
project.testTask.prependSpawn(typecheck);
project.testTask.prependSpawn(project.compileTask);
project.postCompileTask.reset();
project.postCompileTask.spawn(docs);

project.synth();

import { diagnostic } from './diagnostic';

export const NOT_WEBASSEMBLY = diagnostic('WASM0201', {
  title: 'a file that is not WebAssembly',
  found: (d: { file: string; what: string; offset: number; expected: string; found: string; fix: string }) =>
    `${d.file} is ${d.what}: byte ${d.offset} should begin ${d.expected}, and ${d.found} is there`,
  fix: (d) => d.fix,
  because: 'no runtime starts it; what a node says about it ("exec format error") names neither the file nor the cause',
  example: {
    file: 'services/cart.wasm',
    what: 'a Git LFS pointer',
    offset: 0,
    expected: '00 61 73 6d, the magic number of WebAssembly',
    found: '76 65 72 73',
    fix: 'fetch the file itself with `git lfs pull`',
  },
});

export const MODULE_UNREADABLE = diagnostic('WASM0202', {
  title: 'a module file that cannot be read',
  found: (d: { file: string; reason: string }) => `${d.file} cannot be read: ${d.reason}`,
  fix: 'build it first, or correct the path, which starts in the working directory unless it is absolute',
  because: 'the digest in the pod spec is computed from the bytes, so without them there is nothing to deploy',
  example: { file: 'services/cart.wasm', reason: 'there is no such file' },
});

export const MODULE_MALFORMED = diagnostic('WASM0203', {
  title: 'a module that is truncated or damaged',
  found: (d: { file: string; offset: number; expected: string; found: string }) =>
    `${d.file} is truncated or damaged at byte ${d.offset}: expected ${d.expected}, found ${d.found}`,
  fix: 'build or copy it again',
  because: 'the image would be pulled by every node and then refused by the engine of each',
  example: {
    file: 'services/cart.wasm',
    offset: 4096,
    expected: 'a section of 130490 bytes that begins at byte 36',
    found: 'the end of the file',
  },
});

export const MUTABLE_TAG = diagnostic('WASM0204', {
  title: 'an image named by a tag',
  found: (d: { reference: string; example: string }) =>
    `"${d.reference}" has no digest, so it can become another image`,
  fix: (d) => `name it as \`${d.example}\`, with the digest the registry shows for it`,
  because: 'a tag can move between review and pull: pods of one Deployment then run different code',
  example: { reference: 'ghcr.io/acme/cart:1.2', example: 'ghcr.io/acme/cart:1.2@sha256:…' },
});

export const REFERENCE = diagnostic('WASM0205', {
  title: 'a repository or reference no registry accepts',
  found: (d: { text: string; what: string; problem: string; example: string }) =>
    `"${d.text}" is not ${d.what}: ${d.problem}`,
  fix: (d) => `write it like \`${d.example}\``,
  because: 'the kubelet reports InvalidImageName, or asks another registry than the one that was meant',
  example: {
    text: 'ghcr.io/Acme/cart',
    what: 'a repository',
    problem: 'it has to be lower case',
    example: 'ghcr.io/acme/cart',
  },
});

export const LOCK_DISAGREES = diagnostic('WASM0206', {
  title: 'a lock that records another module',
  found: (d: { lock: string; name: string; field: string; locked: string; source: string; actual: string }) =>
    `${d.lock} records the ${d.field} ${d.locked} for "${d.name}", and ${d.source} has ${d.actual}`,
  fix: 'write the lock again if the change is meant, or bring back what was locked',
  because: 'what would be deployed is not what was reviewed, published and signed',
  example: {
    lock: 'wasm.lock',
    name: 'cart',
    field: 'module digest',
    locked: 'sha256:4f2a…',
    source: 'services/cart.wasm',
    actual: 'sha256:9c01…',
  },
});

export const LOCK_ENTRY = diagnostic('WASM0208', {
  title: 'an image that is not in the lock',
  found: (d: { lock: string; name: string; names: readonly string[] }) =>
    `${d.lock} has no entry "${d.name}", ${d.names.length === 0 ? 'it is empty' : `only ${d.names.join(', ')}`}`,
  fix: 'name one of its entries, or write the lock again with this image in it',
  because: 'only what is in the lock was published',
  example: { lock: 'wasm.lock', name: 'basket', names: ['cart', 'inventory'] },
});

export const LOCK_INVALID = diagnostic('WASM0209', {
  title: 'a lock that cannot be used',
  found: (d: { lock: string; problem: string }) => `${d.lock} is not a usable lock: ${d.problem}`,
  fix: 'write it again with WasmLock.of(…).writeTo(…), or restore it',
  because: 'digests from a damaged lock would name images that do not exist, or the wrong ones',
  example: { lock: 'wasm.lock', problem: 'images.cart.formats.artifact.digest is not "sha256:" and 64 hex digits' },
});

export const FOREIGN_HOST = diagnostic('WASM0210', {
  title: 'a module built for a browser or another host',
  found: (d: { file: string; found: string; fix: string }) => `${d.file} ${d.found}`,
  fix: (d) => d.fix,
  because: 'a runtime on a node offers WASI and nothing else, so the module fails to link when the container starts',
  example: {
    file: 'services/cart.wasm',
    found: "imports gojs.runtime.wasmExit, which Go's wasm_exec.js gives to a browser",
    fix: 'build it with `GOOS=wasip1 GOARCH=wasm`, or `tinygo build -target=wasip2`',
  },
});

export const WASI_03 = diagnostic('WASM0211', {
  title: 'a component built for WASI 0.3',
  found: (d: { file: string; found: string; fix: string }) => `${d.file} ${d.found}`,
  fix: (d) => d.fix,
  because:
    'the engines in the shims of today link WASI 0.2; newer tools make 0.3 by default, so this meets many people',
  example: {
    file: 'services/cart.wasm',
    found: 'exports wasi:http/handler@0.3.0, and no shim runs WASI 0.3 yet',
    fix: 'build it against WASI 0.2: pin the version of its WIT files',
  },
});

export const NO_ENTRY_POINT = diagnostic('WASM0212', {
  title: 'a module with nothing a runtime could start',
  found: (d: { file: string; found: string; fix: string }) => `${d.file} ${d.found}`,
  fix: (d) => d.fix,
  because:
    'a runtime calls `_start`, wasi:cli/run or wasi:http/incoming-handler; without one the container exits at once',
  example: {
    file: 'services/cart.wasm',
    found: 'exports add, but no function `_start`',
    fix: 'build a program with a main function for wasm32-wasip1',
  },
});

export const PRECOMPILED = diagnostic('WASM0213', {
  title: 'machine code instead of WebAssembly',
  found: (d: { file: string; engine: string }) => `${d.file} is machine code that ${d.engine} compiled ahead of time`,
  fix: 'give the .wasm file it came from',
  because: 'it fits one version of one engine on one processor; the shims compile artifacts themselves, once per node',
  example: { file: 'services/cart.cwasm', engine: 'Wasmtime' },
});

export const FORMAT_UNAVAILABLE = diagnostic('WASM0214', {
  title: 'an image format that an image does not have',
  found: (d: { source: string; format: string; formats: readonly string[] }) =>
    `${d.source} cannot be had as ${d.format}, only as ${d.formats.join(' or ')}`,
  fix: 'use one of these, or publish it in that format and name it with WasmImage.fromRegistry',
  because: 'a reference to a format that was never pushed is an ImagePullBackOff',
  example: { source: 'services/cart.wasm', format: 'spin', formats: ['artifact', 'image'] },
});

export const PLATFORM = diagnostic('WASM0215', {
  title: 'a platform that no node takes from an index',
  found: (d: { platform: string; problem: string }) => `"${d.platform}" cannot be a platform of an image: ${d.problem}`,
  fix: 'set `platforms` to those of the nodes, such as linux/amd64 and linux/arm64',
  because: 'a node takes the entry of its own platform; without one it says "no match for platform in manifest"',
  example: { platform: 'linux/x86_64', problem: 'the architecture is called amd64' },
});

export const ANNOTATION = diagnostic('WASM0216', {
  title: 'an annotation that an image cannot carry',
  found: (d: { key: string; problem: string }) => `annotation "${d.key}" cannot be set: ${d.problem}`,
  fix: 'use another key in `annotations`, such as org.opencontainers.image.source',
  because: 'registries refuse manifests with empty keys, and policies read our own keys as facts about the bytes',
  example: {
    key: 'dev.cdk8s-wasm.kind',
    problem: 'keys that begin with dev.cdk8s-wasm. say what was found in the bytes',
  },
});

export const NO_BYTES = diagnostic('WASM0217', {
  title: 'an image that is known by its digest only',
  found: (d: { source: string }) => `the bytes of ${d.source} are not at hand`,
  fix: 'write the layout from WasmImage.fromModule(…), or copy the published image with a registry tool',
  because: 'a digest cannot be turned back into the image',
  example: { source: 'ghcr.io/acme/cart@sha256:…' },
});

export const LAYOUT = diagnostic('WASM0218', {
  title: 'a directory that cannot become an OCI layout',
  found: (d: { dir: string; problem: string }) => `${d.dir} cannot hold an OCI image layout: ${d.problem}`,
  fix: 'name a new directory, or one that holds a layout',
  because: 'other tools read the layout by its index.json, and ours would overwrite what is there',
  example: { dir: 'dist/oci', problem: 'its index.json is not an image index' },
});

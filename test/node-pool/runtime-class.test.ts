import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { CrunEngine, Taint, WasmMicroservice, WasmRuntime } from '../../lib';
import { all, findingsOf, httpImage, only, platform, podOf } from '../support/programs';

const overhead = (props: Parameters<typeof platform>[0]) => only(platform(props).chart, 'RuntimeClass').overhead;

test('the RuntimeClass leads pods to the nodes of the pool', () => {
  const { apiVersion, handler, scheduling, overhead: cost, metadata } = only(platform().chart, 'RuntimeClass');
  expect({ apiVersion, handler, scheduling, cost, name: metadata.name }).toMatchInlineSnapshot(`
    {
      "apiVersion": "node.k8s.io/v1",
      "cost": {
        "podFixed": {
          "memory": "32Mi",
        },
      },
      "handler": "wasmtime",
      "name": "wasmtime-edge",
      "scheduling": {
        "nodeSelector": {
          "cdk8s-wasm.dev/shim-wasmtime": "ready",
        },
        "tolerations": [
          {
            "effect": "NoSchedule",
            "key": "cdk8s-wasm.dev/pool",
            "operator": "Equal",
            "value": "edge",
          },
        ],
      },
    }
  `);
});

test('a pool taint becomes a toleration of its RuntimeClass', () => {
  const { chart } = platform({ taint: Taint.noExecute('wasm') });
  expect(only(chart, 'RuntimeClass').scheduling.tolerations).toEqual([
    { key: 'wasm', operator: 'Exists', effect: 'NoExecute' },
  ]);
});

test('its name tells handler and pool, since a handler can never change', () => {
  const { pool } = platform({ runtime: WasmRuntime.SPIN, handler: 'spin-v2', name: 'apps' });
  expect(pool.runtimeClassName).toBe('spin-v2-apps');
});

test('it may have a name of its own', () => {
  const { chart, pool } = platform({ runtimeClassName: 'wasm' });
  expect([pool.runtimeClassName, only(chart, 'RuntimeClass').metadata.name]).toEqual(['wasm', 'wasm']);
});

test('pods refer to it, and add nothing of what it brings', () => {
  const { chart, pool } = platform({ runtimeClassName: 'wasm' });
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  const pod = podOf(only(chart, 'Deployment'));
  expect(pod.runtimeClassName).toBe('wasm');
  expect(pod).not.toHaveProperty('nodeSelector');
  expect(pod).not.toHaveProperty('tolerations');
});

test('it lives in no namespace', () => {
  expect(only(platform({}, 'shop').chart, 'RuntimeClass').metadata).not.toHaveProperty('namespace');
});

describe('overhead', () => {
  test('is what a shim was seen to cost', () => {
    expect(overhead({})).toEqual({ podFixed: { memory: '32Mi' } });
  });

  test('is nothing where there is no shim', () => {
    expect(overhead({ runtime: WasmRuntime.crun(CrunEngine.WASMEDGE) })).toBeUndefined();
  });

  test('is nothing where nothing is asked for', () => {
    expect(overhead({ overhead: {} })).toBeUndefined();
  });

  test('is what is said, CPU included', () => {
    expect(overhead({ overhead: { memory: Size.mebibytes(50), cpu: Cpu.millis(25) } })).toEqual({
      podFixed: { memory: '50Mi', cpu: '25m' },
    });
  });

  test('of CPU alone has no memory', () => {
    expect(overhead({ overhead: { cpu: Cpu.units(1) } })).toEqual({ podFixed: { cpu: '1' } });
  });

  test('of zero is a value', () => {
    expect(overhead({ overhead: { memory: Size.mebibytes(0) } })).toEqual({ podFixed: { memory: '0Mi' } });
  });
});

test('a kubelet of its own has no RuntimeClass', () => {
  const { chart } = platform({ runtime: WasmRuntime.krustlet() });
  expect(all(chart, 'RuntimeClass')).toEqual([]);
});

test('refuses a handler that is no DNS label', () => {
  const { chart } = platform({ handler: 'Spin_V2', runtimeClassName: 'spin' });
  expect(findingsOf(chart).filter((one) => !one.includes('WASM0103'))).toEqual([
    '[shop/edge] WASM0504: "Spin_V2" cannot be a RuntimeClass handler; use at most 63 of a-z, 0-9 and -, starting and ending with a letter or digit',
  ]);
});

test('accepts the same handler in lower case', () => {
  expect(findingsOf(platform({ handler: 'spin-v2', runtimeClassName: 'spin' }).chart)).toEqual([]);
});

import { Chart, Testing } from 'cdk8s';
import { emit } from '../../lib/manifest/emit';
import { type Json, objectsOf } from '../support/programs';

const daemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: {
    name: 'shims',
    namespace: 'kube-system',
    labels: { app: 'shims' },
    annotations: { note: 'a' },
    finalizers: ['acme.example/keep'],
  },
  spec: { updateStrategy: { type: 'OnDelete' } },
};

test('an object of a strategy keeps everything it says, its namespace and finalizers included', () => {
  const chart = new Chart(Testing.app(), 'platform', { namespace: 'platform' });
  emit(chart, daemonSet, { 'app.kubernetes.io/name': 'edge' });
  expect(objectsOf(chart)).toEqual([
    { ...daemonSet, metadata: { ...daemonSet.metadata, labels: { 'app.kubernetes.io/name': 'edge', app: 'shims' } } },
  ]);
});

test('an object that says no namespace gets that of the chart', () => {
  const chart = new Chart(Testing.app(), 'platform', { namespace: 'platform' });
  const { namespace, ...metadata } = daemonSet.metadata;
  emit(chart, { ...daemonSet, metadata }, {});
  expect((objectsOf(chart)[0] as Json).metadata.namespace).toBe('platform');
  expect(namespace).toBe('kube-system');
});

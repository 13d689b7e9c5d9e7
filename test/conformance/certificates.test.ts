import { X509Certificate } from 'node:crypto';
import { App, Chart, Duration } from 'cdk8s';
import { MeshIdentity, WasmMesh, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../lib';
import { httpImage, type Json, objectsOf } from '../support/programs';
import { startCertManager } from './cert-manager';
import { certManagerRecipe } from './cert-manager.recipe';
import { describeWithControlPlane } from './describe-with-control-plane';
import { describeWithTool } from './describe-with-tool';
import { until } from './machine/until';

const HOUR = 3_600_000;

/** Two members of a mesh, and the Certificates that they bring. */
function certificates(issuerKind: string, namespace: string): Json[] {
  const chart = new Chart(new App(), 'shop', { namespace });
  const pool = new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME });
  const mesh = new WasmMesh(chart, 'mesh', {
    trustDomain: 'shop.example',
    identity: MeshIdentity.certManager({ issuer: 'mesh-ca', issuerKind, duration: Duration.hours(6) }),
  });
  for (const name of ['cart', 'inventory']) new WasmMicroservice(chart, name, { pool, mesh, image: httpImage(name) });
  return objectsOf(chart).filter(({ kind }) => kind === 'Certificate');
}

/** An own CA in `namespace`, and an issuer that signs with it. */
const authority = (issuerKind: string, namespace: string): Json[] => [
  {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: 'self', namespace },
    spec: { selfSigned: {} },
  },
  {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'mesh-ca', namespace },
    spec: {
      isCA: true,
      commonName: 'mesh-ca',
      secretName: 'mesh-ca',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: 'self' },
    },
  },
  {
    apiVersion: 'cert-manager.io/v1',
    kind: issuerKind,
    metadata: issuerKind === 'Issuer' ? { name: 'mesh-ca', namespace } : { name: 'mesh-ca' },
    spec: { ca: { secretName: 'mesh-ca' } },
  },
];

describeWithTool(certManagerRecipe, 'cert-manager', () => {
  describeWithControlPlane(
    'and a real API server',
    (get) => {
      let manager: ReturnType<typeof startCertManager>;
      beforeAll(() => {
        manager = startCertManager(get().kubeconfig);
      });
      afterAll(() => manager.stop());

      const secretOf = (certificate: Json): Promise<Json> =>
        until(`a Secret for ${certificate.metadata.name}`, 60, async () => {
          const why = manager.whyEnded();
          if (why !== undefined) throw new Error(why);
          const { status } = (await get().get(certificate)) as Json;
          if (!status?.conditions?.some((one: Json) => one.type === 'Ready' && one.status === 'True')) return undefined;
          const { secretName } = certificate.spec;
          return get().get({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { ...certificate.metadata, name: secretName },
          });
        });

      test.each([
        ['ClusterIssuer', 'shop', 'cert-manager'],
        ['Issuer', 'store', 'store'],
      ])('a %s issues what Envoy is told to expect', async (issuerKind, namespace, ofAuthority) => {
        for (const object of authority(issuerKind, ofAuthority)) await get().apply(object);
        for (const certificate of certificates(issuerKind, namespace)) {
          await get().apply(certificate);
          const { name } = certificate.metadata;
          const { data } = await secretOf(certificate);
          const [issued, ca] = ['tls.crt', 'ca.crt'].map((file) => {
            return new X509Certificate(Buffer.from(data[file], 'base64'));
          });
          expect(Object.keys(data).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
          expect(issued?.subjectAltName).toBe(`URI:spiffe://shop.example/ns/${namespace}/sa/${name}`);
          expect(issued?.verify(ca?.publicKey ?? fail())).toBe(true);
          expect(issued?.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
          expect(issued?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']); // server and client
          const life = Date.parse(issued?.validTo ?? '') - Date.parse(issued?.validFrom ?? '');
          expect(life / HOUR).toBeCloseTo(6, 2);
        }
      });
    },
    { crds: ['cert-manager'] },
  );
});

function fail(): never {
  throw new Error('there is no ca.crt');
}

import { until } from '../conformance/machine/until';
import type { Json } from '../support/programs';
import type { Lab } from './lab';

/** A ClusterIssuer whose authority is its own. cert-manager has to run. */
export async function issueCertificates(lab: Lab, name: string): Promise<void> {
  const api = { group: 'cert-manager.io', version: 'cert-manager.io/v1', namespace: 'cert-manager' };
  const issuer = (kind: string, issuerName: string, spec: Json, namespace?: string): Json => ({
    apiVersion: api.version,
    kind,
    metadata: { name: issuerName, namespace },
    spec,
  });
  await lab.api.apply(issuer('Issuer', 'self', { selfSigned: {} }, api.namespace));
  await lab.api.apply({
    apiVersion: api.version,
    kind: 'Certificate',
    metadata: { name, namespace: api.namespace },
    spec: {
      isCA: true,
      commonName: name,
      secretName: name,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      issuerRef: { group: api.group, kind: 'Issuer', name: 'self' },
    },
  } as Json);
  await lab.api.apply(issuer('ClusterIssuer', name, { ca: { secretName: name } }));
  await until(`ClusterIssuer ${name} is ready`, 60, async () => {
    const { status } = (await lab.api.get(issuer('ClusterIssuer', name, {}))) as Json;
    return status?.conditions?.some((one: Json) => one.type === 'Ready' && one.status === 'True') || undefined;
  });
}

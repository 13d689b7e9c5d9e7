import { MeshMode } from '../../lib';
import { issueCertificates } from './authority';
import { Lab } from './lab';

/** Once for a cluster, before the first suite: what every suite finds there. */
export default async function furnish(): Promise<void> {
  const lab = Lab.connect();
  await lab.furnish();
  for (const image of MeshMode.envoy().images) await lab.standIn(image);
  await issueCertificates(lab, 'mesh-ca');
  lab.close();
}

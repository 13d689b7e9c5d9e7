import type { DistributionFacts } from './distribution-facts';
import * as rows from './rows/distributions';

/** A kind of Kubernetes node: who configures containerd there, and who may change it. */
export class Distribution {
  /** Nodes made by kubeadm, and anything else with an ordinary /etc/containerd/config.toml. */
  public static readonly KUBEADM = new Distribution(rows.kubeadm);
  /** Machines of Cluster API with images by image-builder. */
  public static readonly CLUSTER_API = new Distribution(rows.imageBuilder);
  public static readonly KIND = new Distribution(rows.kind);
  public static readonly MINIKUBE = new Distribution(rows.minikube);
  public static readonly MICROK8S = new Distribution(rows.microk8s);
  public static readonly K3S = new Distribution(rows.k3s);
  public static readonly K3D = new Distribution(rows.k3d);
  public static readonly RKE2 = new Distribution(rows.rke2);
  public static readonly K0S = new Distribution(rows.k0s);
  /** EKS with Amazon Linux 2023: nodeadm writes the configuration at every boot. */
  public static readonly EKS_AL2023 = new Distribution(rows.eksAl2023);
  public static readonly AKS = new Distribution(rows.aks);
  public static readonly GKE_UBUNTU = new Distribution(rows.gkeUbuntu);
  public static readonly GKE_COS = new Distribution(rows.gkeCos);
  public static readonly BOTTLEROCKET = new Distribution(rows.bottlerocket);
  public static readonly TALOS = new Distribution(rows.talos);
  public static readonly OPENSHIFT = new Distribution(rows.openshift);
  /** Retired by Azure: WASM0406 when a pool is put there. */
  public static readonly AKS_WASI = new Distribution(rows.aksWasi);

  private constructor(
    /** Everything the library knows about it, each fact with its source. */
    public readonly facts: DistributionFacts,
  ) {}

  public get name(): string {
    return this.facts.name;
  }
}

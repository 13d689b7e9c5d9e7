/** Who enforces the rules. */
export enum PolicyEnforcer {
  /** The synthesiser: every object of the program, whoever made it. */
  SYNTH = 'synth',
  /** The API server itself: ValidatingAdmissionPolicy, from Kubernetes 1.30. */
  NATIVE = 'native',
  /** Gatekeeper's webhook and audit: templates and constraints, in two charts of their own. */
  GATEKEEPER = 'gatekeeper',
}

/** What happens to an object that breaks a rule. */
export enum PolicyAction {
  /** It is refused. */
  DENY = 'deny',
  /** It is admitted, and whoever sent it is warned. */
  WARN = 'warn',
  /** It is admitted, and the audit log of the API server or Gatekeeper's audit says so. */
  DRY_RUN = 'dryrun',
}

import { typed } from './core';
import type { EnvoyIntent } from './intent';
import { CERTIFICATE_SECRET, sdsSecret, TRUST_SECRET } from './sds';
import type { CommonTlsContext, DownstreamTransportSocket, SanMatcher, UpstreamTransportSocket } from './v3/tls';

type TlsIntent = Pick<EnvoyIntent, 'certificates' | 'configDirectory'>;

const TLS = 'envoy.transport_sockets.tls';
const CONTEXTS = 'envoy.extensions.transport_sockets.tls.v3';

/** Exactly this SPIFFE ID. */
export const exactly = (identity: string): SanMatcher => ({ san_type: 'URI', matcher: { exact: identity } });

/** Any SPIFFE ID of the trust domain. The slash keeps `shop.example.org` out of `shop.example`. */
export const anyOf = (trustDomain: string): SanMatcher => ({
  san_type: 'URI',
  matcher: { prefix: `spiffe://${trustDomain}/` },
});

/**
 * Only for clients with a certificate of the trust domain. Which of them may do what is a matter of RBAC.
 *
 * No session is resumed: on a resumed connection the RBAC principal `mtls_authenticated` sees no certificate, and every
 * request ends with 403 (envoyproxy/envoy issues 42668 and 43922).
 */
export const downstreamTls = (intent: TlsIntent & Pick<EnvoyIntent, 'trustDomain'>): DownstreamTransportSocket => ({
  name: TLS,
  typed_config: typed(`${CONTEXTS}.DownstreamTlsContext`, {
    require_client_certificate: true,
    disable_stateless_session_resumption: true,
    disable_stateful_session_resumption: true,
    common_tls_context: commonTls(intent, ['h2', 'http/1.1'], anyOf(intent.trustDomain)),
  } as const),
});

/** With one's own certificate, to a server that has exactly this identity. Resumes no session either. */
export const upstreamTls = (intent: TlsIntent, identity: string, sni?: string): UpstreamTransportSocket => ({
  name: TLS,
  typed_config: typed(`${CONTEXTS}.UpstreamTlsContext`, {
    ...(sni === undefined ? {} : { sni }),
    max_session_keys: 0,
    common_tls_context: commonTls(intent, ['h2'], exactly(identity)),
  } as const),
});

const commonTls = (
  intent: TlsIntent,
  alpn: CommonTlsContext['alpn_protocols'],
  peer: SanMatcher,
): CommonTlsContext => ({
  // Both: Envoy's highest version for upstream connections is TLS 1.2 unless it is told another one, and a lowest
  // version above the highest fails every call with nothing in the log.
  tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' },
  alpn_protocols: alpn,
  tls_certificate_sds_secret_configs: [sdsSecret(CERTIFICATE_SECRET, intent)],
  combined_validation_context: {
    default_validation_context: { match_typed_subject_alt_names: [peer] },
    validation_context_sds_secret_config: sdsSecret(TRUST_SECRET, intent),
  },
});

import { ADMIN, everywhere, LISTENER_LIMITS, LOCAL_APP, SELF_MTLS, typed } from './core';
import { GET, httpConnectionManager, NOT_FOUND } from './http';
import type { EnvoyIntent } from './intent';
import type { Listener } from './v3/bootstrap';
import type { Extension } from './v3/core';
import type { Route } from './v3/http';

/** Paths of the health listener. */
export const HEALTH_PATHS = {
  /** Envoy runs. */
  live: '/live',
  /** Its certificates are good. Does not ask for the program, which may only start when this says 200. */
  started: '/started',
  /** And the program is well. */
  ready: '/ready',
  /** The program is well, whatever Envoy is. */
  app: '/app',
} as const;

/**
 * For whoever starts and stops Envoy and its program: the questions and the drain hook, each by GET of exactly its path, without a
 * query. Everything else is 404.
 *
 * Nothing here can tell the prober from another client: it has no certificate, and its address is not known beforehand.
 * What is enforced is that the drain hook asks for a path the intent chooses, and that it does little. It ends
 * keep-alive of the inbound listeners for as long as Envoy runs; they go on answering. Who may reach the port at all is
 * for the network to say.
 */
export function healthListener(intent: EnvoyIntent): Listener {
  const app = intent.app === undefined ? [] : [LOCAL_APP];
  return {
    name: 'health',
    address: everywhere(intent.healthPort, intent),
    bypass_overload_manager: true,
    ...LISTENER_LIMITS,
    filter_chains: [
      {
        filters: [
          httpConnectionManager('health', {
            filters: [
              healthy(HEALTH_PATHS.started, [SELF_MTLS]),
              healthy(HEALTH_PATHS.ready, [...app, SELF_MTLS]),
              ...(app.length === 0 ? [] : [healthy(HEALTH_PATHS.app, app)]),
              { name: LUA, typed_config: typed('envoy.extensions.filters.http.lua.v3.Lua', {}) },
            ],
            routes: [live, drain(intent.drainPath), NOT_FOUND],
          }),
        ],
      },
    ],
  };
}

/** By a header, since that also sees the query: `path` of a route does not. */
const exactPath = (path: string) => ({ name: ':path', string_match: { exact: path } });

const live: Route = {
  match: { path: HEALTH_PATHS.live, headers: [GET, exactPath(HEALTH_PATHS.live)] },
  direct_response: { status: 200 },
};

const healthy = (path: string, clusters: readonly string[]): Extension => ({
  name: 'envoy.filters.http.health_check',
  typed_config: typed('envoy.extensions.filters.http.health_check.v3.HealthCheck', {
    pass_through_mode: false,
    headers: [GET, exactPath(path)],
    cluster_min_healthy_percentages: Object.fromEntries(clusters.map((cluster) => [cluster, { value: 100 }])),
  }),
});

const LUA = 'envoy.filters.http.lua';

/** The path stands in the route only and never becomes part of a program. */
const drain = (path: string): Route => ({
  match: { path, headers: [GET, exactPath(path)] },
  direct_response: { status: 500 }, // the answer if the program below were not run
  typed_per_filter_config: {
    [LUA]: typed('envoy.extensions.filters.http.lua.v3.LuaPerRoute', { source_code: { inline_string: DRAIN } }),
  },
});

/**
 * The admin interface wants POST where a prober can only GET. `skip_exit` keeps the listeners open: without it, those
 * for health and stats are closed too. `inboundonly` leaves the program's own calls alone.
 */
const DRAIN = `function envoy_on_request(handle)
  local answer = handle:httpCall("${ADMIN}", {
    [":method"] = "POST",
    [":path"] = "/drain_listeners?graceful&skip_exit&inboundonly",
    [":authority"] = "${ADMIN}",
  }, "", 1000)
  if answer[":status"] == "200" then
    handle:respond({ [":status"] = "200" }, "draining\\n")
  else
    handle:respond({ [":status"] = "503" }, "not draining\\n")
  end
end
`;

import { join } from 'node:path';
import { goRecipe } from '../go-recipe';
import type { ToolRecipe } from '../tool-cache';

/** A folder each with `go.mod`, which says the patch release. */
export const CONTAINERD_MINORS = ['1.7', '2.0', '2.1', '2.2', '2.3', '2.4'] as const;
export type ContainerdMinor = (typeof CONTAINERD_MINORS)[number];

/** The daemon, of which the tests use `config default` and `config dump`: what it makes of a configuration. */
export function containerdRecipe(minor: ContainerdMinor): ToolRecipe {
  const module = minor === '1.7' ? 'github.com/containerd/containerd' : 'github.com/containerd/containerd/v2';
  return goRecipe({
    name: `containerd-${minor}`,
    source: join(__dirname, minor),
    module,
    programs: { containerd: `${module}/cmd/containerd` },
    tags: ['no_btrfs', 'no_devmapper', 'no_zfs', 'no_aufs'], // file systems that no test mounts
    variables: [`${module}/version.Version=VERSION`],
    minutes: 1,
  });
}

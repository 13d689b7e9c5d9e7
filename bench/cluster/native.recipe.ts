import { join } from 'node:path';
import { goRecipe } from '../../test/conformance/go-recipe';

/** What the Wasm guests are compared with. */
export const nativeRecipe = goRecipe({
  name: 'bench-native',
  source: join(__dirname, 'native'),
  version: '1',
  programs: { inventory: '.' },
  minutes: 1,
});

import { join } from 'node:path';
import { INTENTS, served } from '../../mesh/envoy/intents';
import { changed, MISSED, MUTATED } from '../../mesh/envoy/mutations';
import { describeWithTool } from '../describe-with-tool';
import { envoyRecipe } from '../envoy.recipe';
import { refusal } from './validate';

// What it takes and our own checks refuse: test/mesh/envoy/checks.test.ts reads the same table.
describeWithTool(envoyRecipe, 'envoy --mode validate', (get) => {
  const program = () => join(get(), 'envoy');

  test('takes the bootstrap of every intent', () => {
    const refused = Object.entries(INTENTS).flatMap(([name, intent]) => {
      const reason = refusal(program(), intent);
      return reason === undefined ? [] : [`${name}: ${reason}`];
    });
    expect(refused).toEqual([]);
    console.log(`${Object.keys(INTENTS).length} bootstraps validated by ${envoyRecipe.name} ${envoyRecipe.version}`);
  }, 60_000);

  test('is no formality: a field Envoy does not have is refused', () => {
    expect(refusal(program(), served, (one) => ({ ...one, admim: {} }))).toMatch(/no\s+such\s+field:\s+'admim'/);
  });

  test.each(MISSED)('takes $what', ({ change }) => {
    expect(refusal(program(), MUTATED, (one) => changed(one, change))).toBeUndefined();
  });
});

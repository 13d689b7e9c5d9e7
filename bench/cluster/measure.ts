import { loadavg } from 'node:os';
import { Lab } from '../../test/e2e/lab';
import { conditions, otherClusters } from './conditions';
import { density } from './density';
import { firstAndSecond } from './first-and-second';
import { memory } from './memory';
import { writePage } from './page';
import { setStage, stopwatch } from './stage';
import { type Finding, section } from './table';
import { untilAnswered } from './until-answered';

const MEASURES: Readonly<Record<string, (lab: Lab) => Promise<Finding>>> = {
  answered: untilAnswered,
  first: firstAndSecond,
  memory,
  density,
};

// Words choose measures; the page is written after all of them.
async function main(words: readonly string[]): Promise<void> {
  const load = loadavg();
  const others = otherClusters();
  const elapsed = stopwatch();
  const lab = Lab.connect();
  await setStage(lab);
  const sections: string[] = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (words.length > 0 && !words.includes(name)) continue;
    const text = section(await measure(lab));
    console.log(`${text}\n`);
    process.stderr.write(`bench: ${name} done after ${elapsed().toFixed(0)} s\n`);
    sections.push(text);
  }
  const said = conditions(load, others, elapsed() / 60);
  console.log(said);
  lab.close();
  if (words.length > 0) return;
  writePage(
    ['## On a cluster', `Written by \`npm run bench:cluster\`. ${said}. Three nodes in namespaces of one machine.`]
      .concat(sections)
      .join('\n\n'),
  );
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

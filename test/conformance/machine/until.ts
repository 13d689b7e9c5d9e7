import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is no longer undefined.
 * @param what named in the error, as in `not within 30 s: what`
 */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await delay(50)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}

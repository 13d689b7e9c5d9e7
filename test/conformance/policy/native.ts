import { ApiError } from '../api/api-connection';
import type { ObjectHead } from '../api/kubernetes-object';
import type { ControlPlane } from '../control-plane';
import { submit } from './submit';

/** Why native policies refuse an object: `RULE: message`; undefined where they admit it. Any other refusal is an error. */
export async function nativeRefusal(api: ControlPlane, object: ObjectHead): Promise<string | undefined> {
  try {
    await submit(api, object);
    return undefined;
  } catch (error) {
    const denied = error instanceof ApiError ? DENIED.exec(error.message) : null;
    if (denied === null) throw error;
    return `${denied[1]}: ${denied[2]}`;
  }
}

const DENIED = /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.*)$/s;

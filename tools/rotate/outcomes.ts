/** The fields of a log line that say how something ended. What else a function writes is not shown. */
interface Outcome {
  readonly outcome?: unknown;
  readonly credentials?: unknown;
  readonly errorKind?: unknown;
  readonly errorCode?: unknown;
}

/** A word of ours, and nothing longer. */
const WORD = /^[\w-]{1,30}$/;

/** How the function says that it went, in order. */
export function outcomesIn(written: string): string[] {
  return written.split('\n').flatMap(line => {
    const { credentials, outcome, errorKind, errorCode } = fieldsIn(line);
    const words = [credentials, outcome, errorKind, errorCode].filter((each): each is string => typeof each === 'string' && WORD.test(each));
    return words.length > 0 ? [words.join(' ')] : [];
  });
}

function fieldsIn(line: string): Outcome {
  try {
    return Object(JSON.parse(line)) as Outcome;
  } catch {
    return {};
  }
}

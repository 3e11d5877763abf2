const { appendFileSync } = require('node:fs');

/**
 * Required by each process of Node.js of an app, also by the one behind an app in another language: writes down what it prints. The runtime of
 * Java may end before it has passed that on.
 */
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write;
  stream.write = function (chunk, ...rest) {
    appendFileSync(process.env.LANGUAGES_HEARD, chunk);
    return write.call(this, chunk, ...rest);
  };
}

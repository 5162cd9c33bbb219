// Preloaded into a server: a disk on which nothing can be written while a file says so, and a clock that is off.
const { existsSync, readFileSync, promises } = require('node:fs');

const refuse = (path) => {
  const code = existsSync(process.env.TEST_DISK ?? '') ? readFileSync(process.env.TEST_DISK, 'utf8') : '';
  if (code !== '') throw Object.assign(new Error(`${code}: ${path}`), { code, syscall: 'write', path });
};
const { open } = promises;
promises.open = async (path, flags, mode) => {
  // A full disk still makes empty files; nothing goes into them.
  if (typeof flags === 'string' && flags !== 'r' && readOnly()) refuse(path);
  const handle = await open(path, flags, mode);
  for (const name of ['write', 'writeFile', 'appendFile']) {
    const real = handle[name].bind(handle);
    handle[name] = async (...args) => {
      refuse(path);
      return real(...args);
    };
  }
  return handle;
};
const readOnly = () =>
  existsSync(process.env.TEST_DISK ?? '') && readFileSync(process.env.TEST_DISK, 'utf8') === 'EROFS';
for (const name of ['mkdir', 'rename', 'rm', 'unlink', 'link', 'utimes', 'chmod']) {
  const real = promises[name];
  promises[name] = async (...args) => {
    if (readOnly() && !(name === 'mkdir' && existsSync(args[0]))) refuse(args[0]);
    return real(...args);
  };
}

const off = Number(process.env.TEST_CLOCK_OFF ?? 0);
if (off !== 0) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...args) {
      super(...(args.length === 0 ? [Real.now() + off] : args));
    }
    static now() {
      return Real.now() + off;
    }
  };
}

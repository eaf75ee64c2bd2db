import { registerHooks } from 'node:module';

const double = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    return specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context);
  },
});

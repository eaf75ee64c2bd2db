/* Runs in the page before its own scripts, ahead of the bundled preload script: the preload's half of the double. */
(() => {
  const listeners = new Map();
  const ports = new Map();
  const clone = (value) => (typeof value === 'function' ? (...args) => value(...args) : value);
  globalThis.__double = {
    deliver(channel, data, portIds) {
      const event = {
        ports: portIds.map((id) => {
          const { port1, port2 } = new MessageChannel();
          ports.set(id, port2);
          port2.onmessage = (message) => globalThis.__doublePort(id, message.data);
          return port1;
        }),
      };
      for (const listener of listeners.get(channel) ?? []) listener(event, data);
    },
    port(id, data) {
      ports.get(id)?.postMessage(data);
    },
  };
  globalThis.__doubleElectron = {
    contextBridge: {
      exposeInMainWorld(name, api) {
        const copy = Object.fromEntries(Object.entries(api).map(([key, value]) => [key, clone(value)]));
        Object.defineProperty(globalThis, name, { value: Object.freeze(copy), configurable: false, writable: false });
      },
    },
    ipcRenderer: {
      send: (channel, ...args) => void globalThis.__doubleSend(channel, args),
      invoke: (channel, ...args) => globalThis.__doubleInvoke(channel, args),
      on(channel, listener) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
    },
    webUtils: { getPathForFile: () => '' },
  };
})();

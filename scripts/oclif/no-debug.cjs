// Stands for the package debug in the bundle: oclif's own log of what it does, which nobody reads of an installed undoom
// (UNDOOM_DEBUG prints an error's stack), and which is a tenth of the time to start.
const silent = () => Object.assign(() => {}, { enabled: false, extend: silent });
module.exports = Object.assign(silent, { default: silent, enabled: () => false });

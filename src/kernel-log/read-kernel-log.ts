export async function readKernelLog() {}

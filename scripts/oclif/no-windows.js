// Stands for the package wsl-utils in the bundle: oclif asks it at each start whether it runs under Windows, which takes
// longer to find out than all else that it does, and which nothing here depends on.
export const isWsl = false;

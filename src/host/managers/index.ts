import { android } from './android.js';
import { containerd } from './containerd.js';
import { crio } from './crio.js';
import { docker } from './docker.js';
import { ecs } from './ecs.js';
import { flatpak } from './flatpak.js';
import { htcondor } from './htcondor.js';
import { jupyter } from './jupyter.js';
import { kubernetes } from './kubernetes.js';
import { libvirt } from './libvirt.js';
import { lxc } from './lxc.js';
import type { Manager } from './manager.js';
import { nomad } from './nomad.js';
import { nspawn } from './nspawn.js';
import { pbs } from './pbs.js';
import { podman } from './podman.js';
import { proxmox } from './proxmox.js';
import { slurm } from './slurm.js';
import { snap } from './snap.js';
import { systemd } from './systemd.js';
import { userSession } from './user-session.js';

/** What is made of others' parts comes first: a pod of containers, a container in a unit. The first one decides. */
export const managers: Manager[] = [
  kubernetes,
  slurm,
  ecs,
  nomad,
  htcondor,
  pbs,
  podman,
  crio,
  containerd,
  docker,
  proxmox,
  lxc,
  libvirt,
  nspawn,
  flatpak,
  snap,
  jupyter,
  android,
  userSession,
  systemd,
];

import type { Host } from "./host.ts";
import type { Network } from "./network.ts";
import type { World } from "./world.ts";

/** What can be broken. */
export interface Breakable {
  readonly world: World;
  readonly hosts: readonly Host[];
  readonly network: Network;
  readonly isOver: () => boolean;
  killServer(): void;
  /** Unless one is there. */
  startServer(): void;
  fillDisk(isFull: boolean): void;
}

/** Breaks something every now and then. @param intensity how much more often than usual */
export function scheduleFaults(target: Breakable, intensity: number): void {
  const { world, hosts, isOver } = target;
  const { random } = world;
  const fault = (): void => {
    if (isOver()) return;
    world.after(random.between(100, 4_000) / intensity, fault);
    breakSomething(target, random.pick(hosts));
  };
  world.after(random.between(500, 3_000), fault);
}

function breakSomething(target: Breakable, host: Host): void {
  const { world, network } = target;
  const { random } = world;
  const later = (ms: number, action: () => void): void => {
    world.after(ms, action);
  };
  switch (random.between(0, 10)) {
    case 0:
    case 1:
      target.killServer();
      return later(random.between(1, 3_000), () => target.startServer());
    case 2:
    case 3:
      host.killWorker();
      return later(random.between(1, 3_000), () => host.startWorker());
    case 4:
      return host.killLauncher();
    case 5:
      return random.chance(0.3) ? host.reboot() : undefined;
    case 6:
      world.note(`${host.id}: connection breaks`);
      return network.cut(host, "the network broke");
    case 7:
      target.fillDisk(true);
      world.note("disk: full");
      return later(random.between(10, 1_500), () => {
        target.fillDisk(false);
        world.note("disk: has room again");
      });
    case 8:
      world.jumpWall(random.between(-20_000, 20_000));
      return world.note("the wall clock jumps");
    case 9:
      target.killServer();
      host.killWorker();
      host.killLauncher();
      return later(random.between(1, 1_000), () => {
        target.startServer();
        host.startWorker();
      });
    case 10:
      return network.partition(host);
  }
}

import { launcherSuite } from "./launcher.suite.ts";

launcherSuite("posix_spawn", { spawner: "koffi" });
launcherSuite("Node's spawn", { spawner: "node", extraArguments: ["--cgroup", "never"] });

import koffi, { type LibraryHandle } from "koffi";

/**
 * The few calls of libc that Node lacks. Loaded in the launcher only, so that a wrong signature cannot take the
 * server or the worker down. Sizes are those of 64-bit Linux with glibc or musl; the structures of posix_spawn are
 * opaque here and get more room than either needs (80 and 336 bytes).
 */
export interface Libc {
  /** posix_spawn in a session of its own; returns the pid, or minus the errno. */
  spawn(request: LibcSpawn): number;
  /** wait4 for any child that has ended, without waiting. */
  reap(): ReapedChild | null;
  /** Orphans among our descendants become our children. False where the kernel refuses. */
  becomeSubreaper(): boolean;
  /** Descriptors that this process was born with (a lock, a pipe of the shell far above) must not reach the jobs. */
  closeInheritedOnExec(): void;
  /** Sets the soft RLIMIT_LOCKS, which children inherit. Returns false where the hard limit leaves no room. */
  setInheritedMark(mark: number): boolean;
  /** CLOCK_BOOTTIME: monotonic, and it goes on while the machine sleeps. */
  bootMs(): number;
  /** A handle on a process that cannot come to mean another one; -1 when there is no such process or no such call. */
  openPidfd(pid: number): number;
  /** 0, or the errno. */
  signalPidfd(pidfd: number, signal: number): number;
}

/** What posix_spawn needs. */
export interface LibcSpawn {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly logPath: string;
}

/** A child that ended. */
export interface ReapedChild {
  readonly pid: number;
  readonly code: number | null;
  readonly signalNumber: number | null;
  readonly userMs: number;
  readonly systemMs: number;
  readonly maxRssBytes: number;
}

const O_WRONLY_CREAT_EXCL_APPEND = 0o1 | 0o100 | 0o200 | 0o2000;
const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;
const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;
const CLOSE_RANGE_CLOEXEC = 4;
/** Has no effect since Linux 2.4, so its soft value is free to carry a number that children inherit. */
const RLIMIT_LOCKS = 10;
const CLOCK_BOOTTIME = 7;
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;
const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

/** Binds the calls. Throws where they cannot be had; the caller then falls back to Node's own spawn. */
export function openLibc(): Libc {
  if (process.platform !== "linux" || !["x64", "arm64", "riscv64", "loong64"].includes(process.arch)) {
    throw new Error(
      `posix_spawn is bound for 64-bit Linux only, this is ${process.platform} ${process.arch}`,
    );
  }
  const library = koffi.load(null);
  return {
    spawn: bindSpawn(library),
    reap: bindReap(library),
    ...bindMarks(library),
    ...bindPidfd(library),
    ...bindInherited(library),
    bootMs: bindBootClock(library),
  };
}

function bindSpawn(library: LibraryHandle): Libc["spawn"] {
  const initActions = library.func("int posix_spawn_file_actions_init(void *actions)");
  const destroyActions = library.func("int posix_spawn_file_actions_destroy(void *actions)");
  const addOpen = library.func(
    "int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, uint mode)",
  );
  const addDup2 = library.func("int posix_spawn_file_actions_adddup2(void *actions, int from, int to)");
  const addChdir = library.func("int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)");
  const posixSpawn = library.func(
    "int posix_spawn(int *pid, const char *path, void *actions, void *attributes, const char **argv, const char **envp)",
  );
  const attributes = spawnAttributes(library);
  const actions = Buffer.alloc(512);
  const pid = new Int32Array(1);
  return (request) => {
    initActions(actions);
    // The folder first: a start refused for a missing folder leaves no log behind.
    addChdir(actions, request.cwd);
    addOpen(actions, 0, "/dev/null", 0, 0);
    addOpen(actions, 1, request.logPath, O_WRONLY_CREAT_EXCL_APPEND, 0o600);
    addDup2(actions, 1, 2);
    const errno: number = posixSpawn(
      pid,
      request.path,
      actions,
      attributes,
      [...request.argv, null],
      [...request.env, null],
    );
    destroyActions(actions);
    return errno === 0 ? (pid[0] ?? 0) : -errno;
  };
}

/** A session of its own, no blocked signals, and none ignored: Node ignores SIGPIPE, which a child would inherit. */
function spawnAttributes(library: LibraryHandle): Buffer {
  const attributes = Buffer.alloc(512);
  const signals = Buffer.alloc(128);
  library.func("int posix_spawnattr_init(void *attributes)")(attributes);
  library.func("int posix_spawnattr_setsigmask(void *attributes, void *signals)")(attributes, signals);
  // All bits, not sigfillset: that leaves out the two that glibc keeps to itself, and posix_spawn then ignores them.
  signals.fill(0xff);
  library.func("int posix_spawnattr_setsigdefault(void *attributes, void *signals)")(attributes, signals);
  library.func("int posix_spawnattr_setflags(void *attributes, short flags)")(
    attributes,
    POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF,
  );
  return attributes;
}

function bindReap(library: LibraryHandle): Libc["reap"] {
  const wait4 = library.func("int wait4(int pid, int *status, int options, void *usage)");
  const status = new Int32Array(1);
  // struct rusage: user and system time as two timevals, then maxrss in kB; 144 bytes.
  const usage = new BigInt64Array(32);
  return () => {
    const pid: number = wait4(-1, status, WNOHANG, usage);
    if (pid <= 0) return null;
    const bits = status[0] ?? 0;
    const signalNumber = bits & 0x7f;
    return {
      pid,
      code: signalNumber === 0 ? (bits >> 8) & 0xff : null,
      signalNumber: signalNumber === 0 ? null : signalNumber,
      userMs: Number(usage[0]) * 1000 + Number(usage[1]) / 1000,
      systemMs: Number(usage[2]) * 1000 + Number(usage[3]) / 1000,
      maxRssBytes: Number(usage[4]) * 1024,
    };
  };
}

function bindMarks(library: LibraryHandle): Pick<Libc, "becomeSubreaper" | "setInheritedMark"> {
  const prctl = library.func("int prctl(int option, ulong a, ulong b, ulong c, ulong d)");
  const setLimit = library.func("int setrlimit(int resource, void *limit)");
  const limit = new BigUint64Array(2);
  library.func("int getrlimit(int resource, void *limit)")(RLIMIT_LOCKS, limit);
  const hasRoom = limit[1] === RLIM_INFINITY;
  return {
    becomeSubreaper: () => prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) === 0,
    setInheritedMark: (mark) => {
      if (!hasRoom) return false;
      limit[0] = BigInt(mark);
      return setLimit(RLIMIT_LOCKS, limit) === 0;
    },
  };
}

function bindBootClock(library: LibraryHandle): Libc["bootMs"] {
  const clockGetTime = library.func("int clock_gettime(int clock, void *time)");
  const time = new BigInt64Array(2);
  return () => {
    clockGetTime(CLOCK_BOOTTIME, time);
    return Number(time[0]) * 1000 + Number(time[1]) / 1_000_000;
  };
}

function bindInherited(library: LibraryHandle): Pick<Libc, "closeInheritedOnExec"> {
  return {
    closeInheritedOnExec() {
      try {
        // Linux 5.11, glibc 2.34; an older one leaves the descriptors as they are.
        library.func("int close_range(uint first, uint last, int flags)")(
          3,
          0xffff_ffff,
          CLOSE_RANGE_CLOEXEC,
        );
      } catch {
        // Without the call nothing is lost but this courtesy.
      }
    },
  };
}

function bindPidfd(library: LibraryHandle): Pick<Libc, "openPidfd" | "signalPidfd"> {
  // Through syscall(): the wrappers came with glibc 2.36, the numbers are the same on every architecture.
  const open = library.func("long syscall(long number, long pid, long flags)");
  const send = library.func("long syscall(long number, long pidfd, long signal, void *info, long flags)");
  return {
    openPidfd: (pid) => Number(open(SYS_PIDFD_OPEN, pid, 0)),
    signalPidfd: (pidfd, signal) =>
      Number(send(SYS_PIDFD_SEND_SIGNAL, pidfd, signal, null, 0)) === 0 ? 0 : koffi.errno(),
  };
}

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Everything a handler reads is set before `armed` and left alone until it is false again. */
static atomic_bool armed, screen_is_up, crashed;
static atomic_uint noted;
static int drawn_on = -1, terminal = -1, nowhere = -1; /* ncurses' own, a copy of it, /dev/null */
static int wake = -1, held = -1, real_stderr = -1;
static struct termios cooked;
static bool has_cooked;
static char leave[256];
static atomic_size_t leave_count; /* 0 until the terminal's description is read */

static const int crashes[] = {SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE};
static const struct { int number; unsigned bit; } signals[] = {
  {SIGTERM, CTE_SIGNAL_TERM}, {SIGINT, CTE_SIGNAL_INT}, {SIGHUP, CTE_SIGNAL_HUP},
  {SIGQUIT, CTE_SIGNAL_QUIT}, {SIGWINCH, CTE_SIGNAL_SIZE}, {SIGTSTP, CTE_SIGNAL_STOP},
  {SIGCONT, CTE_SIGNAL_CONTINUED},
};
enum { CRASHES = sizeof crashes / sizeof crashes[0], SIGNALS = sizeof signals / sizeof signals[0] };
static struct sigaction before_crash[CRASHES], before_signal[SIGNALS];

static void put(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

/* Prints what was written to stderr meanwhile, at most the last 64 KiB. Control characters are
 * replaced: a message may quote what a system sent. */
static void replay(void) {
  if (held < 0) return;
  char piece[1024];
  off_t end = lseek(held, 0, SEEK_END);
  off_t at = end > 65536 ? end - 65536 : 0;
  for (ssize_t count; (count = pread(held, piece, sizeof piece, at)) > 0; at += count) {
    for (ssize_t i = 0; i < count; i++)
      if ((unsigned char)piece[i] < 32 && piece[i] != '\n' && piece[i] != '\t') piece[i] = '?';
    put(real_stderr, piece, (size_t)count);
  }
}

/* Writes to the terminal, but not for ever: nobody may be reading it any more. */
static void put_leave(void) {
  int flags = fcntl(terminal, F_GETFL);
  fcntl(terminal, F_SETFL, flags | O_NONBLOCK);
  const char *bytes = leave;
  size_t left = atomic_load(&leave_count);
  for (int patience = 10; left > 0 && patience > 0;) {
    ssize_t written = write(terminal, bytes, left);
    if (written > 0) {
      bytes += written;
      left -= (size_t)written;
    } else if (written < 0 && errno == EAGAIN) {
      struct pollfd ready = {.fd = terminal, .events = POLLOUT};
      poll(&ready, 1, 10);
      patience--;
    } else if (written == 0 || errno != EINTR) {
      break;
    }
  }
  /* The flag is shared with the shell. */
  fcntl(terminal, F_SETFL, flags);
}

/* Async-signal-safe: write, poll, fcntl, tcsetattr, dup2, lseek, pread. endwin is not. */
static void restore_terminal(void) {
  if (!atomic_load(&armed)) return;
  if (atomic_exchange(&screen_is_up, false)) {
    /* The drawing thread may be in the midst of a frame; what it writes from here on is dropped. */
    if (nowhere >= 0) dup2(nowhere, drawn_on);
    put_leave();
    if (has_cooked) tcsetattr(terminal, TCSANOW, &cooked);
  }
  if (held >= 0) {
    dup2(real_stderr, STDERR_FILENO);
    replay();
  }
}

static void on_crash(int number) {
  if (atomic_exchange(&crashed, true)) {
    /* Another thread is at it; it ends the process. */
    const struct timespec second = {1, 0};
    nanosleep(&second, NULL);
  } else {
    restore_terminal();
  }
  for (int i = 0; i < CRASHES; i++)
    if (crashes[i] == number) sigaction(number, &before_crash[i], NULL);
  raise(number);
}

static void on_signal(int number) {
  int reason = errno;
  unsigned bit = 0;
  for (int i = 0; i < SIGNALS; i++)
    if (signals[i].number == number) bit = signals[i].bit;
  unsigned earlier = atomic_fetch_or(&noted, bit);
  /* The same request twice, and the loop has not even seen the first: it hangs. */
  bool ends = bit & (CTE_SIGNAL_TERM | CTE_SIGNAL_INT | CTE_SIGNAL_HUP | CTE_SIGNAL_QUIT);
  if (ends && (earlier & bit)) {
    restore_terminal();
    signal(number, SIG_DFL);
    raise(number);
  }
  if (wake >= 0 && write(wake, "", 1) < 0) { /* full: the loop is awake anyway */ }
  errno = reason;
}

unsigned cte_take_signals(void) { return atomic_exchange(&noted, 0); }

void cte_note_signal(unsigned bit) {
  atomic_fetch_or(&noted, bit);
  if (wake >= 0 && write(wake, "", 1) < 0) return;
}

void cte_guard_screen(bool up) { atomic_store(&screen_is_up, up); }

/* stderr on a terminal would garble the screen; elsewhere it is left alone. */
static void hold_stderr(void) {
  if (!isatty(STDERR_FILENO)) return;
  real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (real_stderr < 0) return;
  held = memfd_create("stderr", MFD_CLOEXEC);
  if (held >= 0 && dup2(held, STDERR_FILENO) >= 0) return;
  close(real_stderr);
  if (held >= 0) close(held);
  held = real_stderr = -1;
}

static void release_stderr(void) {
  if (held < 0) return;
  dup2(real_stderr, STDERR_FILENO);
  replay();
  close(held);
  close(real_stderr);
  held = real_stderr = -1;
}

/* A stack overflow needs another stack to be handled on; the drawing thread gets one. */
static char *spare_stack;
static stack_t stack_before;

static void give_spare_stack(void) {
  const size_t size = 64 * 1024;
  if (sigaltstack(NULL, &stack_before) != 0 || !(stack_before.ss_flags & SS_DISABLE)) return;
  spare_stack = malloc(size);
  if (spare_stack == NULL) return;
  const stack_t spare = {.ss_sp = spare_stack, .ss_size = size};
  sigaltstack(&spare, NULL);
}

static void take_spare_stack(void) {
  if (spare_stack == NULL) return;
  sigaltstack(&stack_before, NULL);
  free(spare_stack);
  spare_stack = NULL;
}

static void leave_at_exit(void) { restore_terminal(); }

void cte_leave_crashes_to_system(void) {
  if (getenv("SWIFT_BACKTRACE") != NULL) return;
  for (int i = 0; i < CRASHES; i++) signal(crashes[i], SIG_DFL);
}

void cte_guard(int output, int wake_end, const struct termios *modes) {
  static bool registered;
  if (!registered) registered = atexit(leave_at_exit) == 0;
  cte_leave_crashes_to_system();
  drawn_on = output;
  terminal = fcntl(output, F_DUPFD_CLOEXEC, 3);
  nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  wake = wake_end;
  has_cooked = modes != NULL;
  if (has_cooked) cooked = *modes;
  atomic_store(&leave_count, 0);
  atomic_store(&noted, 0);
  atomic_store(&crashed, false);
  atomic_store(&screen_is_up, true);
  hold_stderr();
  give_spare_stack();
  atomic_store(&armed, true);

  struct sigaction action = {.sa_flags = SA_ONSTACK | SA_RESTART};
  sigfillset(&action.sa_mask);
  action.sa_handler = on_crash;
  for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &action, &before_crash[i]);
  action.sa_handler = on_signal;
  for (int i = 0; i < SIGNALS; i++) {
    sigaction(signals[i].number, NULL, &before_signal[i]);
    /* Who started us with a signal ignored (nohup, a shell without job control) meant it. */
    if (before_signal[i].sa_handler != SIG_IGN) sigaction(signals[i].number, &action, NULL);
  }
}

void cte_guard_leave(const char *sequence, size_t count) {
  if (count > sizeof leave) return;
  memcpy(leave, sequence, count);
  atomic_store(&leave_count, count);
}

void cte_unguard(void) {
  if (!atomic_load(&armed)) return;
  for (int i = 0; i < SIGNALS; i++) sigaction(signals[i].number, &before_signal[i], NULL);
  for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &before_crash[i], NULL);
  atomic_store(&armed, false);
  atomic_store(&screen_is_up, false);
  take_spare_stack();
  release_stderr();
  if (terminal >= 0) close(terminal);
  if (nowhere >= 0) close(nowhere);
  drawn_on = terminal = nowhere = wake = -1;
}

void cte_stop_process(void) {
  struct sigaction mine, theirs = {.sa_handler = SIG_DFL};
  sigemptyset(&theirs.sa_mask);
  if (sigaction(SIGTSTP, NULL, &mine) != 0 || mine.sa_handler == SIG_IGN) return;
  sigaction(SIGTSTP, &theirs, NULL);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &mine, NULL);
  /* That we went on is known here already. */
  atomic_fetch_and(&noted, ~(unsigned)(CTE_SIGNAL_STOP | CTE_SIGNAL_CONTINUED));
}

void cte_accept_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, NULL);
}

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "csimulation.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))

typedef SWIFT void (*enqueue_original)(void *job);
typedef SWIFT void (*enqueue_hook)(void *job, enqueue_original original);

/* The Swift runtime's own (swift/Runtime/Concurrency.h). */
extern enqueue_hook swift_task_enqueueGlobal_hook;
extern SWIFT void swift_job_run(void *job, void *executor, uintptr_t implementation);

struct queue {
  void **jobs;
  size_t count;
  size_t capacity;
  uint64_t random;
};

static _Thread_local struct queue *current;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static SWIFT void enqueue(void *job, enqueue_original original) {
  struct queue *queue = current;
  if (!queue) {
    original(job);
    return;
  }
  if (queue->count == queue->capacity) {
    queue->capacity = queue->capacity ? queue->capacity * 2 : 64;
    queue->jobs = realloc(queue->jobs, queue->capacity * sizeof *queue->jobs);
    if (!queue->jobs) abort();
  }
  queue->jobs[queue->count++] = job;
}

static void install(void) { swift_task_enqueueGlobal_hook = enqueue; }

/* SplitMix64. */
static uint64_t next(struct queue *queue) {
  uint64_t mixed = (queue->random += 0x9E3779B97F4A7C15u);
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return mixed ^ (mixed >> 31);
}

bool csim_begin(uint64_t seed) {
  pthread_once(&once, install);
  if (current) return false;
  struct queue *queue = calloc(1, sizeof *queue);
  if (!queue) return false;
  queue->random = seed;
  current = queue;
  return true;
}

size_t csim_drain(void) {
  size_t ran = 0;
  struct queue *queue = current;
  while (queue && queue->count) {
    size_t drawn = queue->count == 1 ? 0 : (size_t)(next(queue) % queue->count);
    void *job = queue->jobs[drawn];
    queue->jobs[drawn] = queue->jobs[--queue->count];
    swift_job_run(job, NULL, 0);
    ran++;
  }
  return ran;
}

size_t csim_end(void) {
  struct queue *queue = current;
  if (!queue) return 0;
  size_t left = queue->count;
  current = NULL;
  free(queue->jobs);
  free(queue);
  return left;
}

/* Dictionaries and sets in an order that every run repeats: hashing is chance too, and a seed must
   mean the same on every machine. What SWIFT_DETERMINISTIC_HASHING does, before main; in a program with
   the runtime linked into it there is nothing to find, and only the variable helps. */
struct hashing {
  uint64_t seed0;
  uint64_t seed1;
  bool isDeterministic;
};

__attribute__((constructor)) static void hash_alike(void) {
  struct hashing *hashing = dlsym(RTLD_DEFAULT, "_swift_stdlib_Hashing_parameters");
  if (hashing) *hashing = (struct hashing){0, 0, true};
}

#ifndef CHARKLOOP_H
#define CHARKLOOP_H

#include <stdbool.h>

/* Whether this thread is the event loop. Thread-local, which Swift has no word for: asking costs one instruction, and
   every emit asks. */
extern _Thread_local bool hark_loop_flag __attribute__((tls_model("initial-exec")));

static inline bool hark_is_loop_thread(void) { return hark_loop_flag; }

static inline void hark_set_loop_thread(bool is_loop) { hark_loop_flag = is_loop; }

#endif

#include "CHarkLoop.h"

_Thread_local bool hark_loop_flag = false;

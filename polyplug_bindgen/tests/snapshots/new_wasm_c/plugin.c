// The contract of wit/whole.wit. What `bundle.h` declares as exported is to be written here. Arguments belong
// to the function: it frees them, or gives them back. Results are freed by the code that called it.

#include "bundle.h"

#include <stdlib.h>
#include <string.h>

void exports_demo_whole_whole_greet(bundle_string_t *name, bundle_string_t *ret) {
  const char hello[] = "Hello, ";
  const size_t begin = sizeof hello - 1;
  ret->len = begin + name->len + 1;
  ret->ptr = malloc(ret->len);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, hello, begin);
  memcpy(ret->ptr + begin, name->ptr, name->len);
  ret->ptr[ret->len - 1] = '!';
  bundle_string_free(name);
}

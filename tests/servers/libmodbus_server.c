/* A Modbus device by libmodbus, for tests: a server that shares no code with ours.
 *
 *   libmodbus_server tcp            prints its port, then serves any number of connections in turn
 *   libmodbus_server DEVICE BAUD STOP_BITS UNIT   serves RTU on a serial device
 *
 * First it reads its registers from standard input, one a line: function, address, word, in hex.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void fill(modbus_mapping_t *mapping) {
  unsigned function, address, word;
  while (scanf("%x %x %x", &function, &address, &word) == 3) {
    if (address > 0xFFFF) exit(2);
    if (function == 1) mapping->tab_bits[address] = word;
    if (function == 2) mapping->tab_input_bits[address] = word;
    if (function == 3) mapping->tab_registers[address] = word;
    if (function == 4) mapping->tab_input_registers[address] = word;
  }
}

static void serve(modbus_t *context, modbus_mapping_t *mapping) {
  uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  int length;
  while ((length = modbus_receive(context, query)) != -1 || errno == EMBBADCRC)
    if (length > 0) modbus_reply(context, query, length, mapping);
}

int main(int count, char **given) {
  modbus_mapping_t *mapping = modbus_mapping_new(0x10000, 0x10000, 0x10000, 0x10000);
  if (!mapping || count < 2) return 2;
  fill(mapping);
  if (strcmp(given[1], "tcp") == 0) {
    modbus_t *context = modbus_new_tcp("127.0.0.1", 0);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int listener = modbus_tcp_listen(context, 1);
    if (listener < 0 || getsockname(listener, (struct sockaddr *)&address, &size)) return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (modbus_tcp_accept(context, &listener) != -1) serve(context, mapping);
  } else if (count == 5) {
    modbus_t *context = modbus_new_rtu(given[1], atoi(given[2]), 'N', 8, atoi(given[3]));
    if (!context || modbus_set_slave(context, atoi(given[4])) || modbus_connect(context)) return 1;
    printf("open\n");
    fflush(stdout);
    for (;;) serve(context, mapping);
  }
  return 2;
}

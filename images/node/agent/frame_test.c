/*
 * Holds the C side to the golden frames: run by src/node/agent/frame.test.ts on the building machine.
 *
 *   encode  reads lines "type flags id payload-in-hex" and prints each frame in hex
 *   attrs   reads lines "tag u32 value" or "tag text value" and prints the list in hex
 *   decode  reads bytes and prints "type flags id payload-in-hex" for each frame, then "bad count"
 */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_hex(const uint8_t *bytes, size_t length)
{
	while (length--)
		printf("%02x", *bytes++);
	printf("\n");
}

static size_t read_hex(const char *text, uint8_t *bytes)
{
	size_t length = 0;
	for (unsigned byte; sscanf(text, "%2x", &byte) == 1; text += 2)
		bytes[length++] = (uint8_t)byte;
	return length;
}

static void encode(char *line)
{
	static uint8_t frame[FRAME_HEADER + FRAME_PAYLOAD];
	unsigned type, flags, id;
	int end = 0;
	sscanf(line, "%u %u %u %n", &type, &flags, &id, &end);
	size_t length = read_hex(line + end, frame + FRAME_HEADER);
	frame_header(frame, (uint8_t)type, (uint8_t)flags, id, frame + FRAME_HEADER, length);
	print_hex(frame, FRAME_HEADER + length);
}

static void add_attr(char *line, struct buffer *list)
{
	unsigned tag;
	char kind[8];
	int end = 0;
	sscanf(line, "%u %7s %n", &tag, kind, &end);
	line[strcspn(line, "\n")] = 0;
	if (!strcmp(kind, "u32"))
		put_u32(list, (uint8_t)tag, (uint32_t)strtoul(line + end, NULL, 10));
	else
		put_text(list, (uint8_t)tag, line + end);
}

static void print_frames(struct frame_reader *reader)
{
	for (struct frame frame; frame_next(reader, &frame);) {
		printf("%u %u %u ", frame.type, frame.flags, frame.id);
		print_hex(frame.payload, frame.length);
	}
}

static void decode(void)
{
	static struct frame_reader reader;
	uint8_t *at;
	for (size_t room, count; room = frame_room(&reader, &at), (count = fread(at, 1, room, stdin)) > 0;) {
		reader.end += count;
		print_frames(&reader);
	}
	while (reader.start < reader.end) {
		frame_give_up(&reader);
		print_frames(&reader);
	}
	printf("bad %u\n", reader.bad);
}

int main(int argc, char **argv)
{
	static char line[4 * FRAME_PAYLOAD];
	struct buffer list = { 0 };
	const char *mode = argc > 1 ? argv[1] : "";
	if (!strcmp(mode, "decode"))
		decode();
	else
		while (fgets(line, sizeof line, stdin)) {
			if (!strcmp(mode, "encode"))
				encode(line);
			else
				add_attr(line, &list);
		}
	if (!strcmp(mode, "attrs"))
		print_hex(list.bytes + list.start, buffer_length(&list));
	buffer_free(&list);
	return 0;
}

/* Byte strings, attribute lists, errors: what every part uses. */
#include "agent.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cleanup_close(int *fd)
{
	int saved = errno;
	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static bool join_list(char *target, size_t size, va_list parts)
{
	size_t used = 0;
	for (const char *part; (part = va_arg(parts, const char *));)
		for (; *part; part++) {
			if (used + 1 >= size) {
				target[used] = 0;
				return false;
			}
			target[used++] = *part;
		}
	target[used] = 0;
	return true;
}

bool join_text(char *target, size_t size, ...)
{
	va_list parts;
	va_start(parts, size);
	bool whole = join_list(target, size, parts);
	va_end(parts);
	return whole;
}

int fail_text(struct error *err, int number, ...)
{
	err->number = number;
	va_list parts;
	va_start(parts, number);
	join_list(err->what, sizeof err->what, parts);
	va_end(parts);
	return -1;
}

int fail(struct error *err, int number, ...)
{
	char text[sizeof err->what];
	err->number = number ? number : errno;
	va_list parts;
	va_start(parts, number);
	join_list(text, sizeof text, parts);
	va_end(parts);
	join_text(err->what, sizeof err->what, text, ": ", errno_text(err->number), NULL);
	return -1;
}

const char *errno_text(int number)
{
	static char text[80];
	join_text(text, sizeof text, strerror(number), NULL);
	text[0] |= 0x20;
	return text;
}

const char *decimal(long long value)
{
	static char texts[8][24];
	static unsigned turn;
	char *text = texts[turn++ % 8] + 23;
	bool negative = value < 0;
	unsigned long long rest = negative ? -(unsigned long long)value : (unsigned long long)value;
	*text = 0;
	do
		*--text = (char)('0' + rest % 10);
	while (rest /= 10);
	if (negative)
		*--text = '-';
	return text;
}

void *must_alloc(size_t size)
{
	void *memory = calloc(1, size);
	if (!memory)
		_exit(70);
	return memory;
}

/* Makes room at the end and counts it as filled. */
uint8_t *buffer_room(struct buffer *buffer, size_t length)
{
	if (buffer->start == buffer->end)
		buffer->start = buffer->end = 0;
	if (buffer->size - buffer->end < length) {
		size_t used = buffer_length(buffer);
		size_t size = used + length + used / 2 + 256;
		uint8_t *bytes = must_alloc(size);
		if (used)
			memcpy(bytes, buffer->bytes + buffer->start, used);
		free(buffer->bytes);
		*buffer = (struct buffer){ bytes, 0, used, size };
	}
	uint8_t *at = buffer->bytes + buffer->end;
	buffer->end += length;
	return at;
}

void buffer_add(struct buffer *buffer, const void *data, size_t length)
{
	if (length)
		memcpy(buffer_room(buffer, length), data, length);
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_take(struct buffer *buffer, size_t length)
{
	buffer->start += length;
	if (buffer->start == buffer->end && buffer->size > 16384)
		buffer_free(buffer);
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){ 0 };
}

bool attr_next(struct attrs *list, struct attr *attr)
{
	if (list->end - list->at < 5)
		return false;
	attr->tag = list->at[0];
	memcpy(&attr->length, list->at + 1, 4);
	attr->value = list->at + 5;
	if (attr->length > (size_t)(list->end - attr->value))
		return false;
	list->at = attr->value + attr->length;
	return true;
}

struct attrs attr_list(const struct attr *attr)
{
	return (struct attrs){ attr->value, attr->value + attr->length };
}

uint32_t attr_u32(const struct attr *attr)
{
	uint32_t value = 0;
	if (attr->length == 4)
		memcpy(&value, attr->value, 4);
	return value;
}

const char *attr_text(const struct attr *attr)
{
	if (!attr->length || attr->value[attr->length - 1])
		return "";
	return (const char *)attr->value;
}

bool find_attr(struct attrs list, uint8_t tag, struct attr *attr)
{
	while (attr_next(&list, attr))
		if (attr->tag == tag)
			return true;
	return false;
}

uint32_t find_u32(struct attrs list, uint8_t tag, uint32_t otherwise)
{
	struct attr attr;
	return find_attr(list, tag, &attr) ? attr_u32(&attr) : otherwise;
}

const char *find_text(struct attrs list, uint8_t tag)
{
	struct attr attr;
	return find_attr(list, tag, &attr) ? attr_text(&attr) : NULL;
}

void put_attr(struct buffer *buffer, uint8_t tag, const void *value, size_t length)
{
	uint32_t size = (uint32_t)length;
	uint8_t *at = buffer_room(buffer, 5 + length);
	at[0] = tag;
	memcpy(at + 1, &size, 4);
	if (length)
		memcpy(at + 5, value, length);
}

void put_u32(struct buffer *buffer, uint8_t tag, uint32_t value)
{
	put_attr(buffer, tag, &value, 4);
}

void put_text(struct buffer *buffer, uint8_t tag, const char *value)
{
	put_attr(buffer, tag, value, strlen(value) + 1);
}

size_t put_begin(struct buffer *buffer, uint8_t tag)
{
	put_attr(buffer, tag, NULL, 0);
	return buffer_length(buffer);
}

void put_end(struct buffer *buffer, size_t begin)
{
	uint32_t length = (uint32_t)(buffer_length(buffer) - begin);
	memcpy(buffer->bytes + buffer->start + begin - 4, &length, 4);
}

void put_error(struct buffer *buffer, const struct error *err)
{
	put_u32(buffer, ATTR_ERRNO, (uint32_t)err->number);
	put_text(buffer, ATTR_MESSAGE, err->what);
}

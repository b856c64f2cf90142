#include <stdio.h>

int main(void)
{
	fputs("\n"
	      "Hello from Docker!\n"
	      "This message shows that your installation appears to be working correctly.\n"
	      "\n"
	      "What happened just now, on the machine inside this page:\n"
	      " 1. The docker command handed your request to the engine of this node.\n"
	      " 2. The engine took the image hello-world from the registry the page brings along\n"
	      "    (only if the node did not have it yet), checked its SHA-256 and unpacked its one layer.\n"
	      " 3. The Linux kernel of this node started a process from it, with namespaces, a control group\n"
	      "    and a root file system of its own. That process printed this text and is about to end.\n"
	      " 4. The engine read the text from the process and passed it on to your terminal.\n"
	      "\n"
	      "Something bigger, a shell in a Debian container:\n"
	      "  docker run -it debian bash\n"
	      "\n",
	      stdout);
	return 0;
}

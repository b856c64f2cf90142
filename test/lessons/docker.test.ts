import { provePart } from '../harness/prove-part.ts';

provePart('30-docker');

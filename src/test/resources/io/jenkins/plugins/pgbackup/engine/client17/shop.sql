--
-- PostgreSQL database dump
--

\restrict HL3HswKtYEfiE1Y7fzz6hItIDpv92BfuQFtpLcU2WzjIy1ivVc6BFr2fcQG1IzG

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 17.12 (Debian 17.12-0+deb13u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: fruit; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.fruit (
    id integer NOT NULL,
    name text
);


ALTER TABLE public.fruit OWNER TO postgres;

--
-- Data for Name: fruit; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.fruit (id, name) FROM stdin;
1	apple
2	pear
\.


--
-- Name: fruit fruit_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.fruit
    ADD CONSTRAINT fruit_pkey PRIMARY KEY (id);


--
-- PostgreSQL database dump complete
--

\unrestrict HL3HswKtYEfiE1Y7fzz6hItIDpv92BfuQFtpLcU2WzjIy1ivVc6BFr2fcQG1IzG

